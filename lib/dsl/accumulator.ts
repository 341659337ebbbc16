import type { ColumnType } from '../core/column.ts';
import type { Aggregate } from './aggregate.ts';
import type { ColumnDeclaration, ValueOf } from './columns.ts';
import type { UserAccumulator } from './definition.ts';

/**
 * A user-defined aggregate. `merge(a, add(create(), x))` must equal `add(a, x)`, and `merge` must be associative and
 * commutative, because results must not depend on how events are cut into batches and shards. The state must be plain JSON (numbers,
 * texts, booleans, `null`, arrays, objects).
 *
 * @typeParam A the state
 * @typeParam Args the values one event contributes; none is ever NULL
 * @typeParam R the result, JSON
 */
export interface AccumulatorOptions<A, Args extends readonly unknown[], R> {
  /** part of the view's fingerprint: change it, or the view's `version`, when the functions change */
  readonly name: string;
  /** returns the state without events */
  readonly create: () => A;
  /** adds one event's values; may change `state`, and returns the new state */
  readonly add: (state: A, ...values: Args) => A;
  /** adds another state; may change `into` but not `from`, and returns the new state */
  readonly merge: (into: A, from: A) => A;
  /** the result of at least one event; without events the result is `null` and this is not called */
  readonly result: (state: A) => R;
  /** the column types of the values; without it, the types of `add` determine which columns fit. SQL needs it */
  readonly args?: readonly ColumnType[];
  /** the column type of results; default: the type of `result(create())`. SQL needs it */
  readonly type?: ColumnDeclaration;
}

/** The same with declared types of the values, from which `add` gets its arguments' types. */
export type TypedAccumulatorOptions<A, C extends readonly ColumnType[], R> = Omit<AccumulatorOptions<A, ValuesOf<C>, R>, 'args' | 'add'> & {
  readonly args: C;
  readonly add: (state: A, ...values: ValuesOf<C>) => A;
};

/** The values of column types that accumulators receive: a time is ISO 8601 text. */
type ValuesOf<C extends readonly ColumnType[]> = { [I in keyof C]: ValueOf<C[I]> };

/** The columns that arguments need: `['ms']` for `[number]` is `{ ms?: number | null }`. Their existence is checked by name. */
type EventWith<Args, C> = Args extends readonly [infer V, ...infer Rest]
  ? C extends readonly [infer P extends string, ...infer Others]
    ? { readonly [K in P]?: V | null | undefined } & EventWith<Rest, Others>
    : unknown
  : unknown;

/** Names the columns whose values a user-defined accumulator receives. */
export interface AccumulatorFunction<Args extends readonly unknown[], R> {
  <const C extends { readonly [I in keyof Args]: string }>(...columns: C): Aggregate<EventWith<Args, C>, R, null, C[number] & string>;
  /** the options, for SQL, which calls it by its name in `sql(text, { functions })` */
  readonly accumulator: UserAccumulator;
}

/**
 * Defines an aggregate that can be used like the built-in ones. Events in which a column is NULL are ignored.
 *
 * @returns a function with as many column names as `add` has values
 * @example
 * ```ts
 * const geoMean = accumulator({
 *   name: 'geo_mean',
 *   create: () => ({ n: 0, logs: 0 }),
 *   add: (s, x: number) => ({ n: s.n + 1, logs: s.logs + Math.log(x) }),
 *   merge: (a, b) => ({ n: a.n + b.n, logs: a.logs + b.logs }),
 *   result: (s) => Math.exp(s.logs / s.n),
 * });
 * clicks.keyBy('page').window(tumbling('1 minute')).aggregate(() => ({ typical_ms: geoMean('ms') }));
 * ```
 */
export function accumulator<A, const C extends readonly ColumnType[], R>(
  options: TypedAccumulatorOptions<A, C, R>,
): AccumulatorFunction<ValuesOf<C>, R>;
export function accumulator<A, Args extends readonly unknown[], R>(options: AccumulatorOptions<A, Args, R>): AccumulatorFunction<Args, R>;
export function accumulator(options: object): unknown {
  const kept = Object.freeze({ ...options }) as unknown as UserAccumulator;
  const use = (...columns: string[]) =>
    Object.freeze({ definition: Object.freeze({ kind: 'user', accumulator: kept, columns: Object.freeze(columns) }) });
  return Object.freeze(Object.assign(use, { accumulator: kept }));
}
