import type { Node } from '@pgsql/types';

/** A parsed statement. It is plain JSON, so it can be deployed instead of the parser. */
export interface ParsedStatement {
  readonly node: Node;
  /** its offset, in UTF-8 bytes */
  readonly offset: number;
}

/** An SQL text and its parsed statements. Plain JSON. */
export interface ParsedSql {
  readonly text: string;
  readonly statements: readonly ParsedStatement[];
}
