import type { ColumnType } from '../core/column.ts';

/**
 * A function of the user's own that SQL and definitions can call: typed, synchronous, the same result for the same arguments.
 *
 * Arguments and results are values as expressions hold them: text a string; bigint a number, or a BigInt outside ±(2^53 − 1);
 * timestamptz milliseconds since the epoch (a result may also be a `Date` or ISO 8601 text); jsonb any JSON; NULL `null`.
 */
export interface UserScalar {
  readonly name: string;
  readonly args: readonly ColumnType[];
  /** one value, or an object with these columns */
  readonly result: ColumnType | Readonly<Record<string, ColumnType>>;
  readonly call: (...args: never[]) => unknown;
  /** whether a NULL argument gives NULL without a call */
  readonly strict: boolean;
}
