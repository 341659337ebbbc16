import type { Node, SelectStmt } from '@pgsql/types';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import { bindOrders } from './order.ts';
import type { Query } from './query.ts';
import { scopeOf } from './scope.ts';

/** Puts a query's rows in order and limits them; what ORDER BY names are output columns, by name or position. */
export function sorted(select: SelectStmt, query: Query, environment: Environment): Query {
  const { fail, functions } = environment;
  if (query.kind === 'events' || (!select.sortClause && !select.limitCount && !select.limitOffset)) return query;
  const scope = scopeOf({ items: query.items, functions, fail });
  let { relation, structure } = query;
  const { columns } = relation;
  if (select.sortClause) {
    const { orders, structure: order } = bindOrders(select.sortClause, scope, fail, (node) =>
      positioned(node, query.items.length, query, environment),
    );
    relation = { kind: 'sort', input: relation, orderBy: orders, columns };
    structure = JSON.stringify(['sort', structure, order]);
  }
  if (select.limitCount || select.limitOffset) {
    const count = wholeNumber(select.limitCount, 'LIMIT', environment) ?? Number.MAX_SAFE_INTEGER;
    const offset = wholeNumber(select.limitOffset, 'OFFSET', environment) ?? 0;
    relation = { kind: 'limit', input: relation, count, offset, columns };
    structure = JSON.stringify(['limit', structure, count, offset]);
  }
  return { ...query, relation, structure };
}

function positioned(node: Node, count: number, query: Query, { fail }: Environment): Node {
  if (!('A_Const' in node) || !node.A_Const.ival) return node;
  const position = node.A_Const.ival.ival ?? 0;
  const item = query.items[position - 1];
  if (!item) return fail(node, `there is no column ${position}`, `positions are 1 to ${count}`);
  return { ColumnRef: { fields: [{ String: { sval: item.name } }] } };
}

function wholeNumber(node: Node | undefined, clause: string, { fail, functions }: Environment): number | undefined {
  if (!node) return undefined;
  const bound = bindExpression(node, scopeOf({ items: [], functions, fail }));
  const value = bound.constant ? bound.evaluate({}) : undefined;
  // LIMIT NULL is LIMIT ALL.
  if (value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return fail(node, `${clause} takes a whole number from 0 up`);
  return value;
}
