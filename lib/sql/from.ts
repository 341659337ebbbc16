import type { Alias, Node, RangeFunction, RangeSubselect } from '@pgsql/types';
import { nearest } from '../plan/nearest.ts';
import { nameParts, type PgNode } from './ast.ts';
import { cascade } from './cascade.ts';
import { type Environment, nested } from './environment.ts';
import { joinQueries } from './join.ts';
import { partitionOf } from './partition.ts';
import type { EventsQuery, Item, Query, RowsQuery } from './query.ts';
import { onlyKnown, type Place } from './refusal.ts';
import { relationName } from './relation-name.ts';
import { readWindowCall, type WindowCall } from './windows.ts';

/** Binds a nested SELECT. */
export type BindSelect = (node: Node, environment: Environment) => Query;

/** The name of the arrival time of events. */
const ARRIVAL = 'arrival_time';

/** The result of a FROM clause. */
export function bindFrom(from: readonly Node[] | undefined, place: Place, environment: Environment, bindSelect: BindSelect): Query {
  const { fail } = environment;
  const [first, second] = from ?? [];
  if (!first) return fail(place, 'a SELECT without FROM is not supported', 'name the stream or view it reads');
  if (second) return fail(second, 'several tables separated by commas are not supported', 'write a JOIN b ON …');
  return bindItem(first, environment, bindSelect);
}

function bindItem(node: Node, environment: Environment, bindSelect: BindSelect): Query {
  const { fail } = environment;
  if ('RangeVar' in node) {
    const name = relationName(node.RangeVar, fail);
    return aliased(environment.find(name, node), node.RangeVar.alias, name, node, environment);
  }
  if ('RangeFunction' in node) return bindFunction(node, node.RangeFunction, environment);
  if ('RangeSubselect' in node) return bindSubselect(node, node.RangeSubselect, environment, bindSelect);
  if ('JoinExpr' in node) {
    return joinQueries(node, node.JoinExpr, environment, (side) => bindItem(side, environment, bindSelect));
  }
  if ('RangeTableSample' in node) return fail(node, 'TABLESAMPLE is not supported', 'filter by WHERE on a hash of a column instead');
  if ('RangeTableFunc' in node) return fail(node, 'XMLTABLE is not supported', 'read nested JSON by -> and ->>');
  if ('JsonTable' in node) return fail(node, 'JSON_TABLE is not supported', 'read nested JSON by -> and ->>');
  return fail(node, 'this is not supported in FROM', 'name a stream or view, or write TUMBLE(stream, time, …)');
}

function bindSubselect(node: Node, range: RangeSubselect, environment: Environment, bindSelect: BindSelect): Query {
  onlyKnown(range, ['subquery', 'alias'], { lateral: ['LATERAL', 'join views by JOIN … ON instead'] }, node, environment.fail);
  const query = bindSelect(range.subquery as Node, nested(environment, nameParts(range.alias?.colnames)));
  return aliased(query, range.alias, undefined, node, environment);
}

function bindFunction(node: Node, range: RangeFunction, environment: Environment): Query {
  const { fail } = environment;
  onlyKnown(
    range,
    ['functions', 'alias'],
    {
      lateral: ['LATERAL', 'leave it out'],
      ordinality: ['WITH ORDINALITY', 'leave it out'],
      is_rowsfrom: ['ROWS FROM', 'write the window function alone'],
      coldeflist: ['a column definition list', 'leave it out'],
    },
    node,
    fail,
  );
  const [list] = range.functions ?? [];
  const [item] = list && 'List' in list ? (list.List.items ?? []) : [];
  if (!item || !('FuncCall' in item)) return fail(node, 'this is not supported in FROM', "write TUMBLE(stream, time, INTERVAL '1 minute')");
  const call = readWindowCall(item, item.FuncCall, environment);
  const query = windowed(environment.find(call.table, call.tableNode), call, environment);
  return aliased(query, range.alias, call.table, node, environment);
}

function windowed(query: Query, call: WindowCall, environment: Environment): Query {
  const time = query.items.find(({ name, merged }) => name === call.time && !merged);
  const { fail } = environment;
  if (query.kind === 'events' && !time && call.time === ARRIVAL) return { ...inWindows(query, call, environment), time: 'arrival' };
  if (!time) {
    const names = query.items.map(({ name }) => name);
    const near = nearest(call.time, names);
    return fail(
      call.timeNode,
      `${call.table} has no column "${call.time}"`,
      near ? `did you mean "${near}"?` : `the columns are ${names.join(', ')}`,
    );
  }
  return query.kind === 'events' ? windowedEvents(query, time, call, environment) : cascade(query, time, call, environment);
}

function windowedEvents(query: EventsQuery, time: Item, call: WindowCall, environment: Environment): EventsQuery {
  const { eventTime, name } = query.stream.plan;
  if (eventTime === undefined) {
    return environment.fail(
      call.timeNode,
      `${name} has no event time, so its windows use ${ARRIVAL}`,
      `write ${ARRIVAL} here, or declare the column: CREATE TABLE ${name} (…) WITH (event_time = '${call.time}')`,
    );
  }
  if (time.field !== eventTime) {
    return environment.fail(
      call.timeNode,
      `windows use the stream’s event time, and ${call.time} is another column`,
      `the event time of ${name} is "${eventTime}", the arrival time is ${ARRIVAL}`,
    );
  }
  return inWindows(query, call, environment);
}

function inWindows(query: EventsQuery, call: WindowCall, { fail }: Environment): EventsQuery {
  if (query.window) {
    return fail(call.tableNode, `${call.table} has windows already`, 'aggregate it first, or apply one window function to the stream');
  }
  const items = query.items.filter(({ name }) => name !== 'window_start' && name !== 'window_end');
  const partition = partitionOf(call, items, fail);
  return { ...query, window: call.window, ...(partition && { partition }), items: [...items, ...windowItems()] };
}

/** `window_start` and `window_end` of events: they exist once events are grouped. */
function windowItems(): Item[] {
  return (['start', 'end'] as const).map((role) => ({
    name: `window_${role}`,
    role,
    bound: {
      type: 'timestamptz',
      nullable: false,
      structure: `"window_${role}"`,
      evaluate: () => {
        throw new TypeError(`window_${role} is known of groups only`);
      },
    },
  }));
}

/** A query under the name that FROM gives it. */
function aliased<Q extends EventsQuery | RowsQuery>(
  query: Q,
  alias: Alias | undefined,
  name: string | undefined,
  place: PgNode,
  { fail }: Environment,
): Q {
  const qualifier = alias?.aliasname ?? name;
  const columns = nameParts(alias?.colnames);
  const visible = query.items.filter(({ merged }) => !merged);
  const named = visible.filter(({ hidden }) => !hidden).length;
  if (columns.length > named) fail(place, `${qualifier} has ${named} columns, and ${columns.length} names`);
  const items = visible.map((item, i) => {
    const { qualifier: _, ...rest } = item;
    return { ...rest, name: columns[i] ?? item.name, ...(qualifier === undefined ? {} : { qualifier }) };
  });
  return { ...query, items };
}
