import type { Node } from '@pgsql/types';

/**
 * A node of PostgreSQL's parse tree as libpg-query gives it: an object whose one property says what kind of node it is.
 * What is zero, false or empty is left out of it.
 */
export type PgNode = Node;

/** What kind of node it is, such as `FuncCall`. */
export function kindOf(node: PgNode): string {
  return Object.keys(node)[0] ?? 'nothing';
}

/** A name in several parts, such as `pg_catalog.btrim`, as texts; `*` is a part too. */
export function nameParts(nodes: readonly PgNode[] | undefined): string[] {
  return (nodes ?? []).map((node) => ('String' in node ? (node.String.sval ?? '') : '*'));
}
