import type { Accumulator } from '../../core/accumulator.ts';
import type { ColumnType } from '../../core/column.ts';

// biome-ignore lint/suspicious/noExplicitAny: accumulators of every state type side by side
export type AnyAccumulator = Accumulator<any, any, unknown>;

/** A constant an aggregate takes after its values, such as the share of a quantile. */
export interface ConstantParameter {
  /** what it is called in messages, e.g. `a quantile` */
  readonly name: string;
  /** what it must be, e.g. `from 0 to 1, e.g. 0.95` */
  readonly expected: string;
  /** Reads what was written; `undefined` when it cannot be. */
  readonly read: (given: unknown) => unknown;
}

/** How rows are put in order inside an aggregate. */
export interface AggregateOrder {
  readonly descending: boolean;
  /** whether NULLs come before other values; PostgreSQL's default is after them, and before them when descending */
  readonly nullsFirst: boolean;
}

/** What an accumulator is made from. */
export interface AggregateShape {
  /** the types of the values it takes of each row */
  readonly types: readonly ColumnType[];
  readonly constants: readonly unknown[];
  readonly distinct: boolean;
  /** `ORDER BY` inside the parentheses; its values follow the others */
  readonly order: readonly AggregateOrder[];
}

/**
 * When the result is NULL. `never`: over no rows it is 0 or the like; `no rows`: only then; `no values`: when no row has a value that is
 * not NULL; `perhaps`: for other reasons too; `beyond bound`: never, except that there can be more than the aggregate can hold.
 */
export type NullRule = 'never' | 'no rows' | 'no values' | 'perhaps' | 'beyond bound';

/** A built-in aggregate, as SQL and the DSL share it. */
export interface AggregateFunction {
  /** SQL's name; the DSL's is the same in camelCase */
  readonly name: string;
  /** the values it takes of each row: the types each can have */
  readonly values: readonly (readonly ColumnType[])[];
  /** whether it can also be called without any value, of the rows themselves: `count(*)` */
  readonly optional: boolean;
  /** the constants that follow them */
  readonly constants: readonly ConstantParameter[];
  /** `refused`: DISTINCT makes no sense here; `same`: it changes nothing; `apart`: it has an accumulator of its own */
  readonly distinct: 'refused' | 'same' | 'apart';
  /** whether it takes `ORDER BY` inside its parentheses */
  readonly ordered: boolean;
  /** whether it takes rows in which a value is NULL */
  readonly takesNulls: boolean;
  /** whether all that counts of a value is that it is not NULL (DISTINCT aside) */
  readonly presenceOnly: boolean;
  /** whether BigInts are to become doubles before it gets them */
  readonly inDoubles: boolean;
  readonly nulls: (shape: AggregateShape) => NullRule;
  /** the type of its result */
  readonly type: (shape: AggregateShape) => ColumnType;
  readonly accumulator: (shape: AggregateShape) => AnyAccumulator;
}
