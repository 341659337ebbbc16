import type { ColumnType } from '../core/column.ts';

/**
 * A user-defined function that SQL and definitions can call: typed, synchronous, with the same result for the same arguments.
 * Arguments and results have the form of values in expressions: text is a string; bigint is a number, or a BigInt outside ±(2^53 − 1);
 * timestamptz is milliseconds since the epoch (a result may also be a `Date` or ISO 8601 text); jsonb is any JSON; NULL is `null`.
 */
export interface UserScalar {
  readonly name: string;
  readonly args: readonly ColumnType[];
  /** one value, or an object with these columns */
  readonly result: ColumnType | Readonly<Record<string, ColumnType>>;
  readonly call: (...args: never[]) => unknown;
  /** whether the result is NULL, without a call, if an argument is NULL */
  readonly strict: boolean;
}
