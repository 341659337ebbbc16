import type { Duration } from '../core/duration.ts';
import type { CheckedDuration } from './checked-duration.ts';
import type { AggregateDefinition } from './definition.ts';
import type { ColumnsOf, Nil, ResultValue, Scalar } from './types.ts';

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
 * The aggregates of a view over events `T`. As in SQL, all but `count()`, `first`, `last` and `arrayAgg` pass over NULLs, and all but
 * the counts are NULL when there is nothing else. The names are PostgreSQL's and DuckDB's in camelCase.
 */
export interface Aggregates<T> {
  /** How many events there are. */
  count(): Aggregate<T, number, number>;
  /** In how many events a column is not NULL. */
  count<K extends keyof T & string>(column: K): Aggregate<T, number, number>;
  /** How many different values there are, exactly: up to 16,384 with 262,144 characters together, NULL beyond. */
  countDistinct<K extends ColumnsOf<T, Scalar>['name']>(column: K): Aggregate<T, number | null, number>;
  /** The sum: exact, and rounded once when it is read, so that neither order nor cuts change it. */
  sum<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The sum of the different values; NULL beyond the bound of `countDistinct`. */
  sumDistinct<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The arithmetic mean. */
  avg<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The mean of the different values; NULL beyond the bound of `countDistinct`. */
  avgDistinct<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The least value; of texts, the first by code point. */
  min<K extends ColumnsOf<T, string | number | Date>['name']>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The greatest value; of texts, the last by code point. */
  max<K extends ColumnsOf<T, string | number | Date>['name']>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value, NULL included, at the least event time; of equal times, by shard and then by place in it. */
  first<K extends keyof T & string>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value, NULL included, at the greatest event time; of equal times, by shard and then by place in it. */
  last<K extends keyof T & string>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value of `column` where `by` is least; of several such events, the first. Events in which one of them is NULL are passed over. */
  argMin<K extends keyof T & string, B extends ColumnsOf<T, string | number | Date>['name']>(
    column: K,
    by: B,
  ): Aggregate<T, ResultValue<T[K]> | Nil<T[B]>>;
  /** The value of `column` where `by` is greatest; of several such events, the first. Events in which one of them is NULL are passed over. */
  argMax<K extends keyof T & string, B extends ColumnsOf<T, string | number | Date>['name']>(
    column: K,
    by: B,
  ): Aggregate<T, ResultValue<T[K]> | Nil<T[B]>>;
  /** Whether all values are true. */
  boolAnd<K extends ColumnsOf<T, boolean>['name']>(column: K): Aggregate<T, boolean | Nil<T[K]>>;
  /** Whether a value is true. */
  boolOr<K extends ColumnsOf<T, boolean>['name']>(column: K): Aggregate<T, boolean | Nil<T[K]>>;
  /** The sample variance (n − 1 below the line); NULL of fewer than two values. */
  varSamp<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The population variance (n below the line). */
  varPop<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The same as `varSamp`. */
  variance<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The sample standard deviation; NULL of fewer than two values. */
  stddevSamp<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The population standard deviation. */
  stddevPop<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The same as `stddevSamp`. */
  stddev<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The sample covariance; NULL of fewer than two pairs. */
  covarSamp<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The population covariance. */
  covarPop<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(
    y: Y,
    x: X,
  ): Aggregate<T, number | Nil<T[Y]> | Nil<T[X]>>;
  /** Pearson's correlation, from −1 to 1; NULL where one of the two does not vary. */
  corr<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The slope of the line that fits `y` over `x` with the least squares; NULL where `x` does not vary. */
  regrSlope<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** Where that line is at `x` = 0; NULL where `x` does not vary. */
  regrIntercept<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The share of `y`'s variance that the line explains, from 0 to 1; NULL where `x` does not vary. */
  regrR2<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The value in the middle: exact up to 1,024 different values, beyond within 1 % as `approxQuantile` is. */
  median<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** About how many different values there are: HyperLogLog, with a standard error of 1.6 %. */
  approxCountDistinct<K extends ColumnsOf<T, Scalar>['name']>(column: K): Aggregate<T, number, number>;
  /**
   * About the value below which a share `q` of the values lies: DDSketch, within 1 % of the value at its rank.
   * @param q from 0 to 1, e.g. 0.95
   */
  approxQuantile<K extends ColumnsOf<T, number>['name']>(column: K, q: number): Aggregate<T, number | Nil<T[K]>>;
  /**
   * The `k` most frequent values, most frequent first, each of which came from `count − error` to `count` times: exactly (error 0) up to
   * 1,024 different values, beyond with an error of at most 1/513 of all values, more for texts longer than 128 characters.
   * @param k from 1 to 100
   */
  approxTopK<K extends ColumnsOf<T, Scalar>['name']>(
    column: K,
    k: number,
  ): Aggregate<T, { value: NonNullable<ResultValue<T[K]>>; count: number; error: number }[] | Nil<T[K]>>;
  /**
   * Texts joined with a separator, in order of event time or of other columns. Bounded to the first 1,000 with 65,536 characters
   * together; if there are more, the text ends with e.g. `… (17 more)`.
   */
  stringAgg<K extends ColumnsOf<T, string>['name']>(
    column: K,
    separator: string,
    options?: ListOptions<T>,
  ): Aggregate<T, string | Nil<T[K]>>;
  /** The different texts in order, joined; NULL beyond the bound of `countDistinct`. */
  stringAggDistinct<K extends ColumnsOf<T, string>['name']>(column: K, separator: string): Aggregate<T, string | null>;
  /**
   * The values, NULLs included, in order of event time or of other columns. Bounded as `stringAgg` is; if there are more values, the last
   * element says how many: `{ cut: 17 }`.
   */
  arrayAgg<K extends keyof T & string>(column: K, options?: ListOptions<T>): Aggregate<T, (ResultValue<T[K]> | { cut: number })[]>;
  /** The different values in order; NULL beyond the bound of `countDistinct`. */
  arrayAggDistinct<K extends ColumnsOf<T, Scalar>['name']>(column: K): Aggregate<T, (ResultValue<T[K]> | { cut: number })[] | null>;
  /**
   * The mean weighted by age: a value counts half as much as one that is a half-life younger in event time.
   * @param halfLife e.g. `'5 minutes'`
   */
  ewma<K extends ColumnsOf<T, number>['name'], const D extends Duration>(
    column: K,
    halfLife: CheckedDuration<D>,
  ): Aggregate<T, number | Nil<T[K]>>;
  /** Events per second of the window. */
  rate(): Aggregate<T, number, number>;
  /** The sum of a column's values per second of the window. */
  rate<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** An aggregate of those events only for which a predicate holds (SQL's `FILTER (WHERE …)`). */
  filter<R, None, C extends keyof T & string>(
    predicate: (event: Readonly<T>) => boolean,
    aggregate: Aggregate<T, R, None, C>,
  ): Aggregate<T, R | None, None, C>;
}

/** How the items of a list are ordered; ties, and everything without this, by event time. */
export interface ListOptions<T> {
  readonly orderBy?: OrderColumn<T> | readonly OrderColumn<T>[];
}

/** A column to order by, upwards with NULLs last, or downwards with NULLs first. */
export type OrderColumn<T> =
  | ColumnsOf<T, Scalar>['name']
  | { readonly column: ColumnsOf<T, Scalar>['name']; readonly descending?: boolean };

/** Result columns by name. */
export type AggregateRecord<T> = { readonly [name: string]: Aggregate<T, unknown, unknown, keyof T & string> };

/** The row an aggregate record makes of events `T`. */
export type ResultsOf<T, A> = {
  -readonly [P in keyof A]: A[P] extends Aggregate<never, infer R, unknown, infer C> ? R | NilOf<T, C> : never;
};

type NilOf<T, C> = [C] extends [never] ? never : C extends keyof T ? Nil<T[C]> : never;
