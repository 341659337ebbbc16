import type { ColumnType, Row } from '../../core/column.ts';
import type { UserScalar } from '../../plan/user-scalar.ts';
import type { PgNode } from '../ast.ts';

/**
 * The type of an expression. Besides what columns can have: `timestamp`, a date and time of day without a zone; `interval`; and
 * `unknown`, the type of NULL and of a quoted literal until something tells what it is to be, as in PostgreSQL.
 *
 * How values look inside expressions: text a string; bigint a number, or a BigInt outside ±(2^53 − 1); double precision a finite number;
 * timestamptz milliseconds since the epoch; timestamp the same as if it were in UTC; interval an `Interval`; jsonb what JSON says;
 * NULL `null`.
 */
export type SqlType = ColumnType | 'timestamp' | 'interval' | 'unknown';

/** A column there is, for messages about those there are not. */
export interface ScopeColumn {
  readonly name: string;
  /** the table's name or alias */
  readonly qualifier?: string | undefined;
}

/** What an expression is bound in. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  readonly functions: ReadonlyMap<string, UserScalar>;
  /** asked first for every node: puts columns in the place of their names, and, say, an aggregate's result in that of a sub-tree */
  readonly resolve: (node: PgNode) => Bound | undefined;
  /** throws the error that a node is at fault for */
  readonly problem: (node: PgNode, message: string, hint?: string) => never;
}

/** An expression whose names and types are settled. */
export interface Bound {
  readonly type: SqlType;
  readonly nullable: boolean;
  /** canonical text, equal for equal expressions */
  readonly structure: string;
  /** Computes the value for a row; throws what makes the row's event a dead letter, such as a division by zero. */
  readonly evaluate: (row: Row) => unknown;
  /** whether the value is the same for every row; it has then been computed once already */
  readonly constant?: boolean;
  /** the columns of the object that a multi-column function gives; the type is then `jsonb` */
  readonly fields?: Readonly<Record<string, ColumnType>>;
}
