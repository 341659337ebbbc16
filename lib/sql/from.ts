import type { Alias, FuncCall, Node, RangeFunction, RangeSubselect } from '@pgsql/types';
import { nearest } from '../plan/nearest.ts';
import { nameParts, type PgNode } from './ast.ts';
import { cascade } from './cascade.ts';
import { type Environment, nested } from './environment.ts';
import { bindExpression } from './expression/bind.ts';
import { joinQueries } from './join.ts';
import { partitionOf } from './partition.ts';
import type { EventsQuery, Item, Query, RowsQuery } from './query.ts';
import { onlyKnown, type Place } from './refusal.ts';
import { relationName } from './relation-name.ts';
import { columnBound } from './rows.ts';
import { scopeOf } from './scope.ts';
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
  const [query, ...others] = [bindItem(first, environment, bindSelect), ...(from ?? []).slice(1)] as const;
  if (second && !others.every(isUnnest)) {
    const other = others.find((node) => !isUnnest(node));
    return fail(other, 'several tables separated by commas are not supported', 'write a JOIN b ON …');
  }
  return others.reduce<Query>((left, node) => unnest(left, node, environment), query);
}

const UNNESTING: readonly string[] = ['jsonb_array_elements', 'json_array_elements', 'unnest'];

/** The call of a function in FROM that makes rows of an array's elements. */
function unnestCall(node: Node | undefined): FuncCall | undefined {
  const [list] = node && 'RangeFunction' in node ? (node.RangeFunction.functions ?? []) : [];
  const [item] = list && 'List' in list ? (list.List.items ?? []) : [];
  const call = item && 'FuncCall' in item ? item.FuncCall : undefined;
  return call && UNNESTING.includes(nameParts(call.funcname).at(-1) ?? '') ? call : undefined;
}

function isUnnest(node: Node | undefined): boolean {
  return unnestCall(node) !== undefined;
}

/** `events CROSS JOIN LATERAL jsonb_array_elements(doc->'items') AS item`: a row for each element. */
function unnest(left: Query, node: Node, environment: Environment): EventsQuery {
  const { fail, functions } = environment;
  const call = unnestCall(node) as FuncCall;
  const { alias, ordinality } = (node as { RangeFunction: RangeFunction }).RangeFunction;
  const name = nameParts(call.funcname).at(-1) as string;
  if (left.kind === 'rows')
    return fail(node, `${name} of the rows of a view is not supported`, 'unnest the events of a stream, then aggregate');
  if (ordinality) return fail(node, 'WITH ORDINALITY is not supported', 'leave it out');
  const [argument, ...more] = call.args ?? [];
  if (!argument || more.length > 0) return fail(node, `${name} takes one jsonb array`, `write ${name}(doc->'items') AS item`);
  const array = bindExpression(argument, scopeOf({ items: left.items, functions, fail, noWindow: 'unnest an array of the event' }));
  if (array.type !== 'jsonb') return fail(argument, `${name} takes jsonb, not ${array.type}`, `write ${name}(doc->'items') AS item`);
  const [column, ...others] = nameParts(alias?.colnames);
  if (others.length > 0) return fail(node, `${name} has one column, and ${others.length + 1} names`);
  const { unnested = [] } = left;
  const field = `${name}_${unnested.length + 1}`;
  const qualifier = alias?.aliasname ?? name;
  const item = {
    name: column ?? alias?.aliasname ?? 'value',
    qualifier,
    bound: columnBound({ name: field, type: 'jsonb', nullable: true }),
  };
  return { ...left, unnested: [...unnested, { field, array }], items: [...left.items, item] };
}

function bindItem(node: Node, environment: Environment, bindSelect: BindSelect): Query {
  const { fail } = environment;
  if ('RangeVar' in node) {
    const name = relationName(node.RangeVar, fail);
    return aliased(environment.find(name, node), node.RangeVar.alias, name, node, environment);
  }
  if ('RangeFunction' in node) return bindFunction(node, node.RangeFunction, environment);
  if ('RangeSubselect' in node) return bindSubselect(node, node.RangeSubselect, environment, bindSelect);
  if ('JoinExpr' in node && isUnnest(node.JoinExpr.rarg)) {
    const { larg, rarg, quals, jointype } = node.JoinExpr;
    const isCross = quals === undefined && (jointype ?? 'JOIN_INNER') === 'JOIN_INNER' && node.JoinExpr.usingClause === undefined;
    if (!isCross)
      return fail(node, 'only a CROSS JOIN with the elements of an array is supported', 'write CROSS JOIN, and filter in WHERE');
    return unnest(bindItem(larg as Node, environment, bindSelect), rarg as Node, environment);
  }
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
