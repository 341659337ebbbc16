import type { ColumnType, Row } from '../../core/column.ts';
import type { UserScalar } from '../../plan/user-scalar.ts';
import type { PgNode } from '../ast.ts';

/**
 * The type of an expression: a column type, or `timestamp`, a date and time of day without a zone; `interval`; or
 * `unknown`, the type of NULL and of a quoted literal until its use determines the type, as in PostgreSQL.
 * Values inside expressions: text is a string; bigint is a number, or a BigInt outside ±(2^53 − 1); double precision is a finite number;
 * timestamptz is milliseconds since the epoch; timestamp is the same, as if it were in UTC; interval is an `Interval`; jsonb is the parsed JSON;
 * NULL is `null`.
 */
export type SqlType = ColumnType | 'timestamp' | 'interval' | 'unknown';

/** An existing column, for errors about unknown ones. */
export interface ScopeColumn {
  readonly name: string;
  /** the table's name or alias */
  readonly qualifier?: string | undefined;
}

/** The scope in which an expression is bound. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  readonly functions: ReadonlyMap<string, UserScalar>;
  /** called first for every node: replaces names by columns, and sub-trees by, for example, the result of an aggregate */
  readonly resolve: (node: PgNode) => Bound | undefined;
  /** throws an error at a node */
  readonly problem: (node: PgNode, message: string, hint?: string) => never;
}

/** An expression whose names and types are resolved. */
export interface Bound {
  readonly type: SqlType;
  readonly nullable: boolean;
  /** canonical text, equal for equal expressions */
  readonly structure: string;
  /** Computes the value for a row. An error it throws, such as a division by zero, makes the row's event a dead letter. */
  readonly evaluate: (row: Row) => unknown;
  /** whether the value is the same for every row; it is then already computed */
  readonly constant?: boolean;
  /** the columns of the object that a multi-column function returns; the type is then `jsonb` */
  readonly fields?: Readonly<Record<string, ColumnType>>;
}
