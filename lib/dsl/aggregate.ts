import type { Duration } from '../core/duration.ts';
import type { CheckedDuration } from './checked-duration.ts';
import type { AggregateDefinition } from './definition.ts';
import type { ColumnsOf, Nil, ResultValue, Scalar } from './types.ts';

declare const types: unique symbol;

/**
 * The definition of one result column, over events with at least the columns of `E`.
 *
 * @typeParam E the columns it needs
 * @typeParam R its result
 * @typeParam None its result over no events at all
 * @typeParam C columns that make the result NULL if they are NULL in every event
 */
export interface Aggregate<in E, out R, out None = null, out C extends string = never> {
  readonly [types]?: { readonly event: (event: E) => void; readonly result: R; readonly none: None; readonly columns: C };
  readonly definition: AggregateDefinition;
}

/**
 * The aggregates of a view over events `T`. As in SQL, all except `count()`, `first`, `last` and `arrayAgg` ignore NULLs, and all except
 * the counts are NULL if no values remain. The names are those of PostgreSQL and DuckDB in camelCase.
 */
export interface Aggregates<T> {
  /** The number of events. */
  count(): Aggregate<T, number, number>;
  /** The number of events in which a column is not NULL. */
  count<K extends keyof T & string>(column: K): Aggregate<T, number, number>;
  /** The exact number of distinct values, up to 16,384 values with 262,144 characters in total; NULL beyond. */
  countDistinct<K extends ColumnsOf<T, Scalar>['name']>(column: K): Aggregate<T, number | null, number>;
  /** The exact sum, rounded once when it is read, so that it does not depend on order or batches. */
  sum<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The sum of the distinct values; NULL beyond the bound of `countDistinct`. */
  sumDistinct<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The arithmetic mean. */
  avg<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The mean of the distinct values; NULL beyond the bound of `countDistinct`. */
  avgDistinct<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The least value; text is ordered by code point. */
  min<K extends ColumnsOf<T, string | number | Date>['name']>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The greatest value; text is ordered by code point. */
  max<K extends ColumnsOf<T, string | number | Date>['name']>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value, NULL included, at the least event time; equal times are ordered by shard, then position in the shard. */
  first<K extends keyof T & string>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value, NULL included, at the greatest event time; equal times are ordered by shard, then position in the shard. */
  last<K extends keyof T & string>(column: K): Aggregate<T, ResultValue<T[K]>>;
  /** The value of `column` where `by` is least; the first event if several tie. Events in which one of them is NULL are ignored. */
  argMin<K extends keyof T & string, B extends ColumnsOf<T, string | number | Date>['name']>(
    column: K,
    by: B,
  ): Aggregate<T, ResultValue<T[K]> | Nil<T[B]>>;
  /** The value of `column` where `by` is greatest; the first event if several tie. Events in which one of them is NULL are ignored. */
  argMax<K extends keyof T & string, B extends ColumnsOf<T, string | number | Date>['name']>(
    column: K,
    by: B,
  ): Aggregate<T, ResultValue<T[K]> | Nil<T[B]>>;
  /** Whether all values are true. */
  boolAnd<K extends ColumnsOf<T, boolean>['name']>(column: K): Aggregate<T, boolean | Nil<T[K]>>;
  /** Whether at least one value is true. */
  boolOr<K extends ColumnsOf<T, boolean>['name']>(column: K): Aggregate<T, boolean | Nil<T[K]>>;
  /** The sample variance (divided by n − 1); NULL for fewer than two values. */
  varSamp<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The population variance (divided by n). */
  varPop<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The same as `varSamp`. */
  variance<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The sample standard deviation; NULL for fewer than two values. */
  stddevSamp<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The population standard deviation. */
  stddevPop<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The same as `stddevSamp`. */
  stddev<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | null>;
  /** The sample covariance; NULL for fewer than two pairs. */
  covarSamp<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The population covariance. */
  covarPop<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(
    y: Y,
    x: X,
  ): Aggregate<T, number | Nil<T[Y]> | Nil<T[X]>>;
  /** Pearson's correlation, from −1 to 1; NULL if one of the two does not vary. */
  corr<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The slope of the least-squares line of `y` over `x`; NULL if `x` does not vary. */
  regrSlope<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The value of that line at `x` = 0; NULL if `x` does not vary. */
  regrIntercept<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The share of the variance of `y` that the line explains, from 0 to 1; NULL if `x` does not vary. */
  regrR2<Y extends ColumnsOf<T, number>['name'], X extends ColumnsOf<T, number>['name']>(y: Y, x: X): Aggregate<T, number | null>;
  /** The middle value: exact up to 1,024 distinct values, and beyond that within 1 % like `approxQuantile`. */
  median<K extends ColumnsOf<T, number>['name']>(column: K): Aggregate<T, number | Nil<T[K]>>;
  /** The approximate number of distinct values: HyperLogLog, with a standard error of 1.6 %. */
  approxCountDistinct<K extends ColumnsOf<T, Scalar>['name']>(column: K): Aggregate<T, number, number>;
  /**
   * The approximate value below which a share `q` of the values lies: DDSketch, within 1 % of the value at its rank.
   * @param q from 0 to 1, e.g. 0.95
   */
  approxQuantile<K extends ColumnsOf<T, number>['name']>(column: K, q: number): Aggregate<T, number | Nil<T[K]>>;
  /**
   * The `k` most frequent values, most frequent first. Each occurred between `count − error` and `count` times. The counts are exact (error 0) up to
   * 1,024 distinct values; beyond that, the error is at most 1/513 of all values, and more for texts longer than 128 characters.
   * @param k from 1 to 100
   */
  approxTopK<K extends ColumnsOf<T, Scalar>['name']>(
    column: K,
    k: number,
  ): Aggregate<T, { value: NonNullable<ResultValue<T[K]>>; count: number; error: number }[] | Nil<T[K]>>;
  /**
   * Texts joined with a separator, ordered by event time or by other columns. Limited to the first 1,000 texts with 65,536 characters
   * in total; if there are more, the text ends with e.g. `… (17 more)`.
   */
  stringAgg<K extends ColumnsOf<T, string>['name']>(
    column: K,
    separator: string,
    options?: ListOptions<T>,
  ): Aggregate<T, string | Nil<T[K]>>;
  /** The distinct texts in order, joined; NULL beyond the bound of `countDistinct`. */
  stringAggDistinct<K extends ColumnsOf<T, string>['name']>(column: K, separator: string): Aggregate<T, string | null>;
  /**
   * The values, NULLs included, ordered by event time or by other columns. Limited like `stringAgg`; if there are more values, the last
   * element says how many: `{ cut: 17 }`.
   */
  arrayAgg<K extends keyof T & string>(column: K, options?: ListOptions<T>): Aggregate<T, (ResultValue<T[K]> | { cut: number })[]>;
  /** The distinct values in order; NULL beyond the bound of `countDistinct`. */
  arrayAggDistinct<K extends ColumnsOf<T, Scalar>['name']>(column: K): Aggregate<T, (ResultValue<T[K]> | { cut: number })[] | null>;
  /**
   * The exponentially weighted mean: the weight of a value halves with every half-life of event time.
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
  /** An aggregate over only the events for which a predicate holds (SQL's `FILTER (WHERE …)`). */
  filter<R, None, C extends keyof T & string>(
    predicate: (event: Readonly<T>) => boolean,
    aggregate: Aggregate<T, R, None, C>,
  ): Aggregate<T, R | None, None, C>;
}

/** The order of a list's items; ties, and lists without this, are ordered by event time. */
export interface ListOptions<T> {
  readonly orderBy?: OrderColumn<T> | readonly OrderColumn<T>[];
}

/** A column to order by, ascending with NULLs last, or descending with NULLs first. */
export type OrderColumn<T> =
  | ColumnsOf<T, Scalar>['name']
  | { readonly column: ColumnsOf<T, Scalar>['name']; readonly descending?: boolean };

/** Result columns by name. */
export type AggregateRecord<T> = { readonly [name: string]: Aggregate<T, unknown, unknown, keyof T & string> };

/** The row type of a record of aggregates over events `T`. */
export type ResultsOf<T, A> = {
  -readonly [P in keyof A]: A[P] extends Aggregate<never, infer R, unknown, infer C> ? R | NilOf<T, C> : never;
};

type NilOf<T, C> = [C] extends [never] ? never : C extends keyof T ? Nil<T[C]> : never;
