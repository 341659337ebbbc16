import type { Order } from '../plan/relation.ts';
import type { PgNode } from './ast.ts';
import { bindExpression } from './expression/bind.ts';
import type { Bound, Scope } from './expression/types.ts';
import { type Interval, lengthOf } from './expression/values/interval.ts';
import { type Fail, onlyKnown } from './refusal.ts';

/** An element of an ORDER BY list. */
export interface WrittenOrder {
  readonly node: PgNode;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Reads an ORDER BY list. As in PostgreSQL, NULL is greater than every value, unless NULLS FIRST or LAST is given. */
export function readOrders(nodes: readonly PgNode[], fail: Fail): WrittenOrder[] {
  return nodes.map((node) => {
    if (!('SortBy' in node) || !node.SortBy.node) return fail(node, 'ORDER BY does not support this');
    const sort = node.SortBy;
    if (sort.sortby_dir === 'SORTBY_USING') fail(sort.node, 'ORDER BY … USING is not supported', 'write ASC or DESC');
    onlyKnown(sort, ['node', 'sortby_dir', 'sortby_nulls'], {}, node, fail);
    const descending = sort.sortby_dir === 'SORTBY_DESC';
    const nulls = sort.sortby_nulls;
    return {
      node: sort.node as PgNode,
      descending,
      nullsFirst: nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending),
    };
  });
}

/** The value that orders and distinguishes rows. For an interval it is the length, since equal intervals can be written differently. */
export function ranked({ type, evaluate }: Bound): Bound['evaluate'] {
  if (type !== 'interval') return evaluate;
  return (row) => {
    const span = evaluate(row) as Interval | null;
    return span === null ? null : lengthOf(span);
  };
}

/**
 * Binds an ORDER BY list.
 *
 * @param replace resolves an element that stands for an expression, such as a position
 */
export function bindOrders(
  nodes: readonly PgNode[],
  scope: Scope,
  fail: Fail,
  replace: (node: PgNode) => PgNode = (node) => node,
): { readonly orders: Order[]; readonly structure: string } {
  const bound = readOrders(nodes, fail).map(({ node, ...order }) => ({ ...order, expression: bindExpression(replace(node), scope) }));
  return {
    orders: bound.map(({ expression, ...order }) => ({ ...order, value: ranked(expression) })),
    structure: JSON.stringify(bound.map(({ expression, descending, nullsFirst }) => [expression.structure, descending, nullsFirst])),
  };
}
