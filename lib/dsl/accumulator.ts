import type { ColumnType } from '../core/column.ts';
import type { Aggregate } from './aggregate.ts';
import type { ColumnDeclaration, ValueOf } from './columns.ts';
import type { UserAccumulator } from './definition.ts';

/**
 * An aggregate of one's own. `merge(a, add(create(), x))` must equal `add(a, x)`, and `merge` must be associative and
 * commutative: events come in batches and shards, and no cut may change a result. The state must be plain JSON (numbers,
 * texts, booleans, `null`, arrays, objects).
 *
 * @typeParam A the state
 * @typeParam Args the values one event contributes; none is ever NULL
 * @typeParam R the result, JSON
 */
export interface AccumulatorOptions<A, Args extends readonly unknown[], R> {
  /** part of the view's fingerprint: change it, or the view's `version`, when the functions change */
  readonly name: string;
  /** the state of no events */
  readonly create: () => A;
  /** takes one event's values; may change `state`, and gives the state to go on with */
  readonly add: (state: A, ...values: Args) => A;
  /** takes another state; may change `into`, never `from`, and gives the state to go on with */
  readonly merge: (into: A, from: A) => A;
  /** the result of at least one event; without any the result is `null` and this is not called */
  readonly result: (state: A) => R;
  /** the column types of the values; without it, `add`'s own types say what columns fit. SQL needs it */
  readonly args?: readonly ColumnType[];
  /** the results' column type; without it, it is the type of what `result(create())` gives */
  readonly type?: ColumnDeclaration;
}

/** The same with the types of the values declared: `add` has its arguments' types from them. */
export type TypedAccumulatorOptions<A, C extends readonly ColumnType[], R> = Omit<AccumulatorOptions<A, ValuesOf<C>, R>, 'args' | 'add'> & {
  readonly args: C;
  readonly add: (state: A, ...values: ValuesOf<C>) => A;
};

/** Values of column types as accumulators take them: a time is ISO 8601 text. */
type ValuesOf<C extends readonly ColumnType[]> = { [I in keyof C]: ValueOf<C[I]> };

/** What arguments need of an event's columns: `['ms']` for `[number]` is `{ ms?: number | null }`. That there are such is checked by name. */
type EventWith<Args, C> = Args extends readonly [infer V, ...infer Rest]
  ? C extends readonly [infer P extends string, ...infer Others]
    ? { readonly [K in P]?: V | null | undefined } & EventWith<Rest, Others>
    : unknown
  : unknown;

/** Names the columns whose values a user's accumulator takes. */
export interface AccumulatorFunction<Args extends readonly unknown[], R> {
  <const C extends { readonly [I in keyof Args]: string }>(...columns: C): Aggregate<EventWith<Args, C>, R, null, C[number] & string>;
  /** what it was made of, for SQL to call it by the name it is given in `sql(text, { functions })` */
  readonly accumulator: UserAccumulator;
}

/**
 * Defines an aggregate of one's own, to be used like the built-in ones. Events in which a column is NULL are passed over.
 *
 * @returns a function that takes as many column names as `add` takes values
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
