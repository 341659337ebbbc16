import type { Node } from '@pgsql/types';

/**
 * A node of PostgreSQL's parse tree as libpg-query returns it: an object with one property, whose name is the kind of node.
 * Fields that are zero, false or empty are absent.
 */
export type PgNode = Node;

/** The kind of a node, such as `FuncCall`. */
export function kindOf(node: PgNode): string {
  return Object.keys(node)[0] ?? 'nothing';
}

/** The parts of a qualified name, such as `pg_catalog.btrim`; `*` is a part too. */
export function nameParts(nodes: readonly PgNode[] | undefined): string[] {
  return (nodes ?? []).map((node) => ('String' in node ? (node.String.sval ?? '') : '*'));
}
