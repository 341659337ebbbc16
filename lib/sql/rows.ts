import type { Column, Row } from '../core/column.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Narrowing, Relation } from '../plan/relation.ts';
import type { Bound } from './expression/types.ts';
import type { Item, RowsQuery } from './query.ts';
import { rowsWindows } from './relation-windows.ts';
import { readable, structureText } from './structure.ts';
import { resultType, toExpression, toResult } from './values.ts';

/** A column of rows as an expression. */
export function columnBound({ name, type, nullable }: Column): Bound {
  return { type, nullable, structure: JSON.stringify(name), evaluate: (row) => toExpression(type, row[name]) };
}

/** Items for all columns of rows. */
export function columnItems(columns: readonly Column[], windowed: boolean): Item[] {
  return columns.map((column) => {
    const role = windowed ? ({ window_start: 'start', window_end: 'end' } as const)[column.name] : undefined;
    return { name: column.name, field: column.name, bound: columnBound(column), ...(role ? { role } : {}) };
  });
}

/** The rows of a base view. */
export function baseRows(view: ViewPlan): RowsQuery {
  const windows = rowsWindows(view.window);
  return {
    kind: 'rows',
    relation: { kind: 'scan', view: view.name, columns: view.columns },
    items: columnItems(view.columns, true),
    windows,
    structure: JSON.stringify(['view', view.name, view.fingerprint]),
    key: view.key.map(({ name }) => name),
  };
}

/**
 * A relation's rows after a filter.
 *
 * @param narrows the known restrictions of the rows that pass
 */
export function filtered(relation: Relation, condition: Bound, narrows: Narrowing | undefined): Relation {
  return {
    kind: 'filter',
    input: relation,
    predicate: (row) => condition.evaluate(row) === true,
    text: readable(condition.structure),
    ...(narrows ? { narrows } : {}),
    columns: relation.columns,
  };
}

/** The same rows, with a column for every item. */
export function settled(query: RowsQuery): RowsQuery {
  if (query.items.every(({ field }) => field !== undefined)) return query;
  const columns = query.items.map(
    ({ bound }, i): Column => ({ name: `column ${i + 1}`, type: resultType(bound.type) ?? 'text', nullable: bound.nullable }),
  );
  const values = query.items.map(({ bound }, i) => {
    const { type } = columns[i] as Column;
    return (row: Row) => toResult(type, bound.evaluate(row));
  });
  return {
    ...query,
    relation: { kind: 'project', input: query.relation, values, fields: query.items.map(({ field }) => field), columns },
    items: query.items.map((item, i) => ({ ...item, field: columns[i]?.name as string, bound: columnBound(columns[i] as Column) })),
    structure: structureText(['columns', query.structure, query.items.map(({ bound }) => bound.structure)]),
  };
}

/** The same rows with exactly one column for each item, under its name. */
export function shaped(query: RowsQuery): RowsQuery {
  const { items, relation } = query;
  const same =
    items.length === relation.columns.length && items.every(({ name, field }, i) => name === field && name === relation.columns[i]?.name);
  if (same) return query;
  const columns = items.map(({ name, bound }): Column => ({ name, type: resultType(bound.type) ?? 'text', nullable: bound.nullable }));
  return {
    ...query,
    relation: {
      kind: 'project',
      input: relation,
      values: items.map(
        ({ field }) =>
          (row: Row) =>
            row[field as string],
      ),
      fields: items.map(({ field }) => field),
      columns,
    },
    items: items.map((item, i) => ({ ...item, field: item.name, bound: columnBound(columns[i] as Column) })),
    structure: structureText(['columns', query.structure, items.map(({ name, bound }) => [name, bound.structure])]),
  };
}
