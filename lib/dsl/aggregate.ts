import type { AggregateDefinition } from './definition.ts';
import type { ColumnOf, Nil, ResultValue, Scalar } from './types.ts';

declare const types: unique symbol;

/**
 * One result column in the making, over events that have at least `E`'s columns.
 *
 * @typeParam E what it needs of an event
 * @typeParam R its result
 * @typeParam None its result over no events at all
 * @typeParam C columns whose being NULL in every event makes the result NULL too
 */
export interface Aggregate<in E, out R, out None = null, out C extends string = never> {
  readonly [types]?: { readonly event: (event: E) => void; readonly result: R; readonly none: None; readonly columns: C };
  readonly definition: AggregateDefinition;
}

/**
 * The aggregates of a view over events `T`. As in SQL, all but `count()` pass over NULLs, and all but the counts are NULL
 * when there is nothing else. The names are PostgreSQL's and DuckDB's in camelCase.
 */
export interface Aggregates<T> {
  /** How many events there are. */
  count(): Aggregate<T, number, number>;
  /** In how many events a column is not NULL. */
  count<K extends keyof T & string>(column: K): Aggregate<T, number, number>;
  /** The sum, compensated so that neither order nor cuts change it (Neumaier). */
  sum<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The arithmetic mean. */
  avg<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The least value; of texts, the first by code point. */
  min<K extends ColumnOf<T, string | number | Date>>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The greatest value; of texts, the last by code point. */
  max<K extends ColumnOf<T, string | number | Date>>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value at the least event time; of equal times, by shard and then by place in it. */
  first<K extends keyof T & string>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value at the greatest event time; of equal times, by shard and then by place in it. */
  last<K extends keyof T & string>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The sample variance (n − 1 below the line); NULL of fewer than two values. */
  varSamp<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | null>;
  /** The population variance (n below the line). */
  varPop<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The same as `varSamp`. */
  variance<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | null>;
  /** The sample standard deviation; NULL of fewer than two values. */
  stddevSamp<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | null>;
  /** The population standard deviation. */
  stddevPop<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The same as `stddevSamp`. */
  stddev<K extends ColumnOf<T, number>>(column: K): Aggregate<T, number | null>;
  /** About how many different values there are. */
  approxCountDistinct<K extends ColumnOf<T, Scalar>>(column: K): Aggregate<T, number, number>;
  /**
   * About the value below which a share `q` of the values lies.
   * @param q from 0 to 1, e.g. 0.95
   */
  approxQuantile<K extends ColumnOf<T, number>>(column: K, q: number): Aggregate<T, number | Nil<T[K]>>;
  /** An aggregate of those events only for which a predicate holds (SQL's `FILTER (WHERE …)`). */
  filter<R, None, C extends keyof T & string>(
    predicate: (event: Readonly<T>) => boolean,
    aggregate: Aggregate<T, R, None, C>,
  ): Aggregate<T, R | None, None, C>;
}

/** Result columns by name. */
export type AggregateRecord<T> = { readonly [name: string]: Aggregate<T, unknown, unknown, keyof T & string> };

/** The row an aggregate record makes of events `T`. */
export type ResultsOf<T, A> = {
  -readonly [P in keyof A]: A[P] extends Aggregate<never, infer R, unknown, infer C> ? R | NilOf<T, C> : never;
};

type NilOf<T, C> = [C] extends [never] ? never : C extends keyof T ? Nil<T[C]> : never;

/** The builder handed to `aggregate(a => …)`. */
export const aggregates: Aggregates<Record<string, never>> = Object.freeze({
  count: (column?: string) => builtin('count', column === undefined ? [] : [column]),
  sum: (column: string) => builtin('sum', [column]),
  avg: (column: string) => builtin('avg', [column]),
  min: (column: string) => builtin('min', [column]),
  max: (column: string) => builtin('max', [column]),
  first: (column: string) => builtin('first', [column]),
  last: (column: string) => builtin('last', [column]),
  varSamp: (column: string) => builtin('var_samp', [column]),
  varPop: (column: string) => builtin('var_pop', [column]),
  variance: (column: string) => builtin('var_samp', [column]),
  stddevSamp: (column: string) => builtin('stddev_samp', [column]),
  stddevPop: (column: string) => builtin('stddev_pop', [column]),
  stddev: (column: string) => builtin('stddev_samp', [column]),
  approxCountDistinct: (column: string) => builtin('approx_count_distinct', [column]),
  approxQuantile: (column: string, q: number) => builtin('approx_quantile', [column], [q]),
  filter: (predicate: (event: never) => boolean, aggregate: Aggregate<never, unknown, unknown, string>) =>
    Object.freeze({ definition: Object.freeze({ kind: 'filter', predicate, aggregate: aggregate?.definition }) }),
}) as unknown as Aggregates<Record<string, never>>;

function builtin(
  name: string,
  columns: readonly string[],
  constants: readonly unknown[] = [],
): { readonly definition: AggregateDefinition } {
  return Object.freeze({
    definition: Object.freeze({ kind: 'builtin', name, columns: Object.freeze(columns), constants: Object.freeze(constants) }),
  });
}
