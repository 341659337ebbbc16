import type { FlowColumn } from '../plan/adder.ts';
import type { ComputedColumn } from '../plan/computed-columns.ts';

// The arguments of a definition's functions, which `compile` checks and turns into a plan.

/** A stream as written; `compile` checks it. */
export interface StreamDefinition {
  readonly kind: 'stream';
  readonly name: unknown;
  readonly schema: unknown;
  readonly columns: unknown;
  readonly eventTime: unknown;
  readonly maxOutOfOrderness: unknown;
  readonly maxAhead: unknown;
  readonly maxBehind: unknown;
  readonly idleTimeout: unknown;
  readonly partitionKey: unknown;
  readonly dedupe: unknown;
  readonly aggregation: unknown;
  readonly format: unknown;
  /** columns that are computed from the others: those that SQL declares as GENERATED */
  readonly computed?: readonly ComputedColumn[];
  /** the names of all given options, to find unknown ones */
  readonly given: readonly string[];
}

/** A stream and what happens to its events, as written; `compile` checks it. */
export interface FlowDefinition {
  readonly stream: StreamDefinition;
  readonly transforms: readonly TransformDefinition[];
}

export type TransformDefinition =
  | { readonly kind: 'filter'; readonly predicate: unknown }
  | { readonly kind: 'map'; readonly map: unknown; readonly columns: unknown }
  | { readonly kind: 'flatMap'; readonly map: unknown; readonly columns: unknown };

/** A view's definition without its name. */
export interface AggregatedDefinition extends FlowDefinition {
  readonly key: readonly unknown[];
  readonly window: unknown;
  readonly options: unknown;
  /** creates the result columns from the built-in aggregates */
  readonly build: unknown;
  /** further values that aggregates can name: expressions inside an aggregate's parentheses in SQL */
  readonly computed?: ReadonlyMap<string, FlowColumn>;
}

/** An aggregate as written in a definition; `compile` checks it. */
export type AggregateDefinition =
  | BuiltinDefinition
  | { readonly kind: 'user'; readonly accumulator: UserAccumulator; readonly columns: readonly string[] }
  | { readonly kind: 'filter'; readonly predicate: (event: never) => boolean; readonly aggregate: AggregateDefinition };

/** A call of a built-in aggregate. */
export interface BuiltinDefinition {
  readonly kind: 'builtin';
  /** SQL's name, e.g. `approx_quantile` */
  readonly name: string;
  /** the names of its argument columns */
  readonly columns: readonly unknown[];
  /** the constants that follow them */
  readonly constants: readonly unknown[];
  readonly distinct?: boolean;
  readonly orderBy?: readonly { readonly column: unknown; readonly descending: boolean; readonly nullsFirst: boolean }[];
  /** the names of all given options, to find unknown ones */
  readonly given?: readonly string[];
}

/** A user-defined accumulator as written. */
export interface UserAccumulator {
  readonly name: string;
  readonly create: () => unknown;
  readonly add: (state: unknown, ...values: unknown[]) => unknown;
  readonly merge: (into: unknown, from: unknown) => unknown;
  readonly result: (state: unknown) => unknown;
  readonly args?: unknown;
  readonly type?: unknown;
}

/** Whether two definitions, possibly of two calls of `stream`, are equal. */
export function sameStream(a: StreamDefinition, b: StreamDefinition): boolean {
  const { columns: ofA, dedupe: dedupeA, ...restA } = a;
  const { columns: ofB, dedupe: dedupeB, ...restB } = b;
  const names = Object.keys(restA).filter((name) => name !== 'given') as (keyof typeof restA)[];
  const isSame = (one: unknown, other: unknown): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);
  return names.every((name) => Object.is(restA[name], restB[name])) && isSame(ofA, ofB) && isSame(dedupeA, dedupeB);
}
