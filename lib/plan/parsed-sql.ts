import type { Node } from '@pgsql/types';

/** A statement as PostgreSQL's grammar reads it. Plain JSON: it can be shipped instead of the parser. */
export interface ParsedStatement {
  readonly node: Node;
  /** where it begins, in UTF-8 bytes */
  readonly offset: number;
}

/** A text of SQL and its statements. Plain JSON. */
export interface ParsedSql {
  readonly text: string;
  readonly statements: readonly ParsedStatement[];
}
