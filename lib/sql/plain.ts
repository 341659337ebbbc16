import type { SelectStmt } from '@pgsql/types';
import { bindCondition } from './condition.ts';
import type { Environment } from './environment.ts';
import { eventRows } from './event-rows.ts';
import type { Bound } from './expression/types.ts';
import { itemNames, narrowingOf } from './narrowing.ts';
import { bindTargets, type Output, projected } from './output.ts';
import type { EventsQuery, Item, Query, RowsQuery } from './query.ts';
import { Ranks } from './rank-call.ts';
import type { Place } from './refusal.ts';
import { filtered } from './rows.ts';
import { itemOf, roleOf, scopeOf } from './scope.ts';
import { structureText } from './structure.ts';
import { readTargets } from './targets.ts';

/** Binds a SELECT without aggregates: over events it returns events, over rows it returns rows. */
export function bindPlain(select: SelectStmt, input: Query, environment: Environment, place: Place): Query {
  if (input.kind === 'rows') return plainRows(select, input, environment, place);
  return hasOver(select.targetList)
    ? plainRows(select, eventRows(input, place, environment), environment, place)
    : plainEvents(select, input, environment);
}

function plainEvents(select: SelectStmt, input: EventsQuery, environment: Environment): EventsQuery {
  const { fail, functions } = environment;
  const where = scopeOf({
    items: input.items,
    functions,
    fail,
    noWindow: 'filter by window_start and window_end after grouping, in HAVING',
  });
  const filter = select.whereClause && bindCondition(select.whereClause, where, 'WHERE');
  const targets = readTargets(select, input.items, fail, environment.unnamed);
  const whole = new Set(targets.map(({ node }) => node));
  const scope = scopeOf({
    items: input.items,
    functions,
    fail,
    // A window's bounds can be selected, but not used in computations.
    resolve: (node) => (whole.has(node) ? itemOf(node, input.items)?.bound : undefined),
    noWindow: 'select it unchanged, and compute with it after grouping',
  });
  const outputs = bindTargets(targets, scope, input.items, (item) => item.bound, environment);
  return {
    ...input,
    filters: filter ? [...input.filters, filter] : input.filters,
    items: outputs.map((output) => eventItem(output, input.items)),
  };
}

/** An output column of events; a renamed column of the stream stays that column. */
function eventItem({ name, node, bound, role }: Output, items: readonly Item[]): Item {
  const own = itemOf(node, items) ?? items.find((item) => item.bound === bound);
  return { name, bound, ...(own?.field === undefined ? {} : { field: own.field }), ...(role ? { role } : {}) };
}

function plainRows(select: SelectStmt, input: RowsQuery, environment: Environment, place: Place): RowsQuery {
  const { fail, functions } = environment;
  if (input.rewindow) fail(place, 'rows in new windows must be grouped by them', 'write GROUP BY window_start, window_end, …');
  const { items, windows } = input;
  const inner = scopeOf({ items, functions, fail });
  const filter = select.whereClause && bindCondition(select.whereClause, inner, 'WHERE');
  const ranks = new Ranks(environment, windows);
  const scope = scopeOf({
    items,
    functions,
    fail,
    resolve: (node) => {
      if (!('FuncCall' in node) || !node.FuncCall.over) return undefined;
      return ranks.bind(node, node.FuncCall, inner, (part) => roleOf(part, items));
    },
  });
  const outputs = bindTargets(readTargets(select, items, fail, environment.unnamed), scope, items, (item) => item.bound, environment);
  const narrows = select.whereClause && narrowingOf(select.whereClause, inner, itemNames(items));
  const key = input.key?.map((name) => input.items.find((item) => item.name === name)?.bound);
  return projected({
    relation: ranks.over(filter ? filtered(input.relation, filter, narrows) : input.relation),
    outputs,
    windows,
    structure: structureText(['select', input.structure, filter?.structure ?? null, ranks.structures]),
    key: key?.every((bound) => bound !== undefined) ? (key as Bound[]) : undefined,
    field: (bound) => items.find((item) => item.bound === bound)?.field,
    fail,
  });
}

function hasOver(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('FuncCall' in value && (value as { FuncCall: { over?: unknown } }).FuncCall.over !== undefined) return true;
  return Object.values(value).some(hasOver);
}
