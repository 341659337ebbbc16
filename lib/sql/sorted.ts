import type { Node, SelectStmt } from '@pgsql/types';
import { nameParts } from './ast.ts';
import type { Environment } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import { literalAs } from './expression/coerce.ts';
import { bindOrders } from './order.ts';
import type { Query } from './query.ts';
import { scopeOf } from './scope.ts';
import { structureText } from './structure.ts';
import { defaultName } from './targets.ts';

/** A SELECT that also returns the expressions it is ordered by. */
interface Ordered {
  readonly select: SelectStmt;
  /** the number of output columns, at the end, that only ORDER BY needs */
  readonly hidden: number;
}

/** Adds an output column for each ORDER BY expression that is not an output column, as in `SELECT page FROM v ORDER BY views`. */
export function withOrderColumns(select: SelectStmt): Ordered {
  const { targetList = [], sortClause = [], fromClause = [] } = select;
  const outputs = new Set(
    targetList.flatMap((target) =>
      'ResTarget' in target ? (target.ResTarget.name ?? (target.ResTarget.val && defaultName(target.ResTarget.val)) ?? []) : [],
    ),
  );
  const joined = fromClause.some((from) => 'JoinExpr' in from);
  const hidden: Node[] = [];
  const sorts = sortClause.map((node): Node => {
    const by = 'SortBy' in node ? node.SortBy.node : undefined;
    if (!('SortBy' in node) || !by || 'A_Const' in by) return node;
    const column = columnName(by);
    // A plain name refers to an output column first. In a join, `*` may have it from only one of the tables; for one table, it is the same column.
    if (column !== undefined && (outputs.has(column) || (joined && outputs.has('*')))) return node;
    // No view has a column with this name, which `*` would return too.
    let name = `question_order_by_${hidden.length + 1}`;
    while (outputs.has(name)) name += '_';
    hidden.push({ ResTarget: { name, val: by } });
    return { SortBy: { ...node.SortBy, node: { ColumnRef: { fields: [{ String: { sval: name } }] } } } };
  });
  if (hidden.length === 0) return { select, hidden: 0 };
  return { select: { ...select, targetList: [...targetList, ...hidden], sortClause: sorts }, hidden: hidden.length };
}

/** The name of a column reference without a qualifier. */
function columnName(node: Node): string | undefined {
  const parts = 'ColumnRef' in node ? nameParts(node.ColumnRef.fields) : [];
  return parts.length === 1 ? parts[0] : undefined;
}

/** Orders and limits a query's rows, and removes the columns that only the order needed. */
export function sorted({ select, hidden }: Ordered, query: Query, environment: Environment): Query {
  const { fail, functions } = environment;
  if (query.kind === 'events' || (!select.sortClause && !select.limitCount && !select.limitOffset)) return query;
  const scope = scopeOf({ items: query.items, functions, fail });
  const items = query.items.slice(0, query.items.length - hidden);
  let { relation, structure } = query;
  const { columns } = relation;
  if (select.sortClause) {
    const { orders, structure: order } = bindOrders(select.sortClause, scope, fail, (node) => positioned(node, items, environment));
    relation = { kind: 'sort', input: relation, orderBy: orders, columns };
    structure = structureText(['sort', structure, order]);
  }
  if (select.limitCount || select.limitOffset) {
    const count = wholeNumber(select.limitCount, 'LIMIT', environment) ?? Number.MAX_SAFE_INTEGER;
    const offset = wholeNumber(select.limitOffset, 'OFFSET', environment) ?? 0;
    relation = { kind: 'limit', input: relation, count, offset, columns };
    structure = structureText(['limit', structure, count, offset]);
  }
  return { ...query, relation, structure, items };
}

function positioned(node: Node, items: Query['items'], { fail }: Environment): Node {
  if (!('A_Const' in node)) return node;
  const position = node.A_Const.ival ? (node.A_Const.ival.ival ?? 0) : undefined;
  const item = position === undefined ? undefined : items[position - 1];
  if (!item)
    return fail(node, 'ORDER BY takes columns, expressions, or positions in the SELECT list', `positions are 1 to ${items.length}`);
  return { ColumnRef: { fields: [{ String: { sval: item.name } }] } };
}

function wholeNumber(node: Node | undefined, clause: string, { fail, functions }: Environment): number | undefined {
  if (!node) return undefined;
  const scope = scopeOf({ items: [], functions, fail });
  const written = bindExpression(node, scope);
  const bound = written.type === 'unknown' ? literalAs(written, 'bigint', node, scope) : written;
  const value = bound.constant ? bound.evaluate({}) : undefined;
  // LIMIT NULL is LIMIT ALL.
  if (value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return fail(node, `${clause} takes a whole number from 0 up`);
  return value;
}
