import type { Accumulator } from '../../core/accumulator.ts';
import type { ColumnType } from '../../core/column.ts';

// biome-ignore lint/suspicious/noExplicitAny: accumulators of every state type side by side
export type AnyAccumulator = Accumulator<any, any, unknown>;

/** A constant argument after an aggregate's values, such as the fraction of a quantile. */
export interface ConstantParameter {
  /** its name in messages, e.g. `a quantile` */
  readonly name: string;
  /** its valid values, e.g. `from 0 to 1, e.g. 0.95` */
  readonly expected: string;
  /** Reads the argument; `undefined` if it is invalid. */
  readonly read: (given: unknown) => unknown;
}

/** The order of rows inside an aggregate. */
export interface AggregateOrder {
  readonly descending: boolean;
  /** whether NULLs come before other values; PostgreSQL's default is last, and first if descending */
  readonly nullsFirst: boolean;
}

/** The parameters of an accumulator. */
export interface AggregateShape {
  /** the types of its values */
  readonly types: readonly ColumnType[];
  readonly constants: readonly unknown[];
  readonly distinct: boolean;
  /** `ORDER BY` inside the parentheses; its values follow the others */
  readonly order: readonly AggregateOrder[];
}

/**
 * When the result is NULL. `never`: not even over no rows, where it is, for example, 0; `no rows`: only over no rows; `no values`: if no row has a value that is
 * not NULL; `perhaps`: for other reasons too; `beyond bound`: only if there are more values than the aggregate can hold.
 */
export type NullRule = 'never' | 'no rows' | 'no values' | 'perhaps' | 'beyond bound';

/** A built-in aggregate, shared by SQL and the DSL. */
export interface AggregateFunction {
  /** SQL's name; the DSL's is the same in camelCase */
  readonly name: string;
  /** its values: the types that each can have */
  readonly values: readonly (readonly ColumnType[])[];
  /** whether it can also be called without values: `count(*)` */
  readonly optional: boolean;
  /** the constants that follow them */
  readonly constants: readonly ConstantParameter[];
  /** `refused`: DISTINCT makes no sense; `same`: it changes nothing; `apart`: it has a separate accumulator */
  readonly distinct: 'refused' | 'same' | 'apart';
  /** whether it allows `ORDER BY` inside its parentheses */
  readonly ordered: boolean;
  /** whether it counts rows in which a value is NULL */
  readonly takesNulls: boolean;
  /** whether it only checks that a value is not NULL (unless DISTINCT) */
  readonly presenceOnly: boolean;
  /** whether BigInts are converted to doubles before it receives them */
  readonly inDoubles: boolean;
  readonly nulls: (shape: AggregateShape) => NullRule;
  /** the type of its result */
  readonly type: (shape: AggregateShape) => ColumnType;
  readonly accumulator: (shape: AggregateShape) => AnyAccumulator;
}
