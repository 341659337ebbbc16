import type { SelectStmt } from '@pgsql/types';
import type { Column } from '../core/column.ts';
import type { Environment } from './environment.ts';
import { eventRows } from './event-rows.ts';
import type { Query, RowsQuery } from './query.ts';
import type { Place } from './refusal.ts';
import { sameWindows } from './relation-windows.ts';
import { columnBound, shaped } from './rows.ts';
import { structureText } from './structure.ts';
import { resultType } from './values.ts';

/** Binds `… UNION ALL …`. */
export function bindUnion(
  select: SelectStmt,
  environment: Environment,
  bind: (side: SelectStmt, place: Place, environment: Environment) => Query,
): RowsQuery {
  const { fail } = environment;
  const place = placeOf(select.rarg);
  const name = { SETOP_UNION: 'UNION', SETOP_INTERSECT: 'INTERSECT', SETOP_EXCEPT: 'EXCEPT' }[select.op as 'SETOP_UNION'];
  if (name !== 'UNION' || !select.all) {
    fail(
      place,
      `${name}${select.all ? ' ALL' : ''} is not supported`,
      name === 'UNION' ? 'write UNION ALL' : 'only UNION ALL combines rows',
    );
  }
  // Columns have the names of the left side.
  const unnamed = (i: number): string => environment.unnamed?.(i) ?? `column_${i + 1}`;
  const sides = [
    { side: select.larg, around: environment },
    { side: select.rarg, around: { ...environment, unnamed } },
  ].map(({ side, around }) => {
    const at = placeOf(side);
    return { at, query: shaped(eventRows(bind(side as SelectStmt, at, around), at, environment)) };
  });
  const [left, right] = sides as [(typeof sides)[number], (typeof sides)[number]];
  if (left.query.items.length !== right.query.items.length) {
    fail(right.at, `both sides of UNION ALL need the same number of columns: ${left.query.items.length} and ${right.query.items.length}`);
  }
  const columns = left.query.items.map((item, i): Column => {
    const other = right.query.items[i] as typeof item;
    const type = resultType(item.bound.type) ?? 'text';
    if (type !== other.bound.type) {
      fail(
        right.at,
        `column "${item.name}" is ${type} on the left of UNION ALL and ${other.bound.type} on the right`,
        `write a cast, for instance ${other.name}::${type}`,
      );
    }
    return { name: item.name, type, nullable: item.bound.nullable || other.bound.nullable };
  });
  const windows = sameWindows(left.query.windows, right.query.windows);
  if (windows === undefined && (left.query.windows === undefined) !== (right.query.windows === undefined)) {
    fail(right.at, 'rows with windows cannot be combined with rows without', 'use windows on both sides, or on neither');
  }
  return {
    kind: 'rows',
    relation: { kind: 'union', inputs: [left.query.relation, right.query.relation], columns },
    items: columns.map((column, i) => {
      const role = left.query.items[i]?.role;
      const kept = role !== undefined && role === right.query.items[i]?.role;
      return { name: column.name, field: column.name, bound: columnBound(column), ...(kept ? { role } : {}) };
    }),
    windows,
    structure: structureText(['union', left.query.structure, right.query.structure]),
    key: undefined,
  };
}

function placeOf(side: SelectStmt | undefined): Place {
  const first = side?.larg ? placeOf(side.larg) : side?.targetList?.[0];
  return first;
}
