import { tumbling } from '../dsl/window.ts';
import type { FlowColumn } from '../plan/adder.ts';
import type { BaseView } from './base-views.ts';
import type { Environment } from './environment.ts';
import type { Item, Query, RowsQuery } from './query.ts';
import type { Place } from './refusal.ts';
import { baseRows, settled } from './rows.ts';
import { resultType, toResult } from './values.ts';

/** The windows of an append view that specifies none. */
const APPENDED = { window: tumbling('1 minute'), time: 'arrival' } as const;

/**
 * The rows of a query. For events, these are the rows of a hidden view that keeps each event separately, in the windows it falls into. Its
 * key is the event's id, so an event that is processed again is still one row. Events without windows are kept by the minute
 * of their arrival; none is late.
 */
export function eventRows(query: Query, place: Place, environment: Environment): RowsQuery {
  if (query.kind === 'rows') return settled(query);
  const { bases } = environment;
  const { window, time } = query;
  if (window?.kind === 'session' || window?.kind === 'stagger') {
    const name = window.kind.toUpperCase();
    return environment.fail(
      place,
      `${name} windows over single events are not supported`,
      `aggregate them: GROUP BY determines the key of the windows`,
    );
  }
  const computed = new Map<string, FlowColumn>();
  const kept = query.items.filter(({ role }) => role === undefined);
  const names = kept.map((_, i) => `column_${i + 1}`);
  const aggregates = kept.map((item, i): BaseView['aggregates'][number] => {
    const column = flowColumn(item, place, environment);
    computed.set(column.column.name, column);
    const definition = { kind: 'builtin', name: 'first', columns: [column.column.name], constants: [] } as const;
    return { name: names[i] as string, definition, structure: item.bound.structure };
  });
  if (aggregates.length === 0) {
    aggregates.push({ name: 'events', definition: { kind: 'builtin', name: 'count', columns: [], constants: [] }, structure: 'count' });
  }
  const { stream, filters, unnested } = query;
  const rows = baseRows(
    bases.part(
      {
        stream,
        filters,
        ...(unnested && { unnested }),
        key: 'event',
        ...(window ? { window, ...(time ? { time } : {}) } : APPENDED),
        aggregates,
        computed,
      },
      place,
    ),
  );
  return { ...rows, items: query.items.map((item) => rowItem(item, names[kept.indexOf(item)], rows)), key: undefined };
}

function flowColumn({ bound, field, name }: Item, place: Place, { fail }: Environment): FlowColumn {
  const type = resultType(bound.type);
  if (type === undefined)
    return fail(place, `column "${name}" is of type ${bound.type}, which rows cannot hold`, 'convert it to text: …::text');
  const column = { name: field ?? bound.structure, type, nullable: bound.nullable };
  return { column, checked: true, ...(field === undefined ? { read: (row) => toResult(type, bound.evaluate(row)) } : {}) };
}

/** An item as a column of the stored rows. */
function rowItem({ bound: _, field: __, role, ...item }: Item, name: string | undefined, rows: RowsQuery): Item {
  const kept = rows.items.find((each) => each.name === (role ? `window_${role}` : name)) as Item;
  return { ...item, bound: kept.bound, field: kept.field as string, ...(role ? { role } : {}) };
}
