import type { Node, SelectStmt } from '@pgsql/types';
import { type Column, columnOf } from '../core/column.ts';
import type { AggregatePlan, KeyPlan } from '../core/view.ts';
import { global } from '../dsl/window.ts';
import type { FlowColumn } from '../plan/adder.ts';
import type { Regroup, Relation } from '../plan/relation.ts';
import type { BaseView } from './base-views.ts';
import { bindCondition } from './condition.ts';
import type { Environment } from './environment.ts';
import type { Bound } from './expression/types.ts';
import { type AggregateSlot, Grouping, type KeySlot } from './group.ts';
import { itemNames, narrowingOf } from './narrowing.ts';
import { bindTargets, type Output, projected } from './output.ts';
import { checkPartition } from './partition.ts';
import type { EventsQuery, Query, RowsQuery, RowsWindows } from './query.ts';
import { Ranks } from './rank-call.ts';
import type { Place } from './refusal.ts';
import { isFixed } from './relation-windows.ts';
import { baseRows, filtered } from './rows.ts';
import { scopeOf } from './scope.ts';
import { structureText } from './structure.ts';
import { readTargets } from './targets.ts';
import { resultType, toResult } from './values.ts';

/**
 * Binds a SELECT with GROUP BY or aggregates: over events it creates a base view, over rows it aggregates them again.
 *
 * @param own whether the base view may be the view itself, if the SELECT has nothing else to compute
 */
export function bindGrouped(select: SelectStmt, input: Query, environment: Environment, place: Place, own: boolean): RowsQuery {
  const { fail } = environment;
  const targets = readTargets(select, input.items, fail, environment.unnamed);
  const grouping = new Grouping(select, input, targets, environment);
  const where = select.whereClause && bindCondition(select.whereClause, whereScope(input, environment), 'WHERE');
  const windows = windowsAfter(grouping, input, place, environment);
  const ranks = new Ranks(environment, windows);
  const scope = grouping.scope((node) => {
    if (!('FuncCall' in node) || !node.FuncCall.over) return undefined;
    return ranks.bind(node, node.FuncCall, grouping.scope(), (part) => grouping.roleOf(part));
  });
  const outputs = bindTargets(targets, scope, input.items, (item, node) => grouping.itemBound(item, node), environment);
  const having = select.havingClause && bindCondition(select.havingClause, grouping.scope(), 'HAVING');
  const plain = having === undefined && ranks.structures.length === 0;
  const exact = settleNames(grouping, outputs, windows !== undefined) && plain;
  const narrows = select.havingClause && narrowingOf(select.havingClause, grouping.scope(), grouping.names);
  const grouped =
    input.kind === 'events'
      ? groupedEvents(grouping, input, where, place, environment, own && exact)
      : groupedRows(grouping, input, where && { bound: where, node: select.whereClause as Node }, windows, environment);
  if (exact && input.kind === 'events' && grouping.aggregates.length > 0) return grouped;
  return projected({
    relation: ranks.over(having ? filtered(grouped.relation, having, narrows) : grouped.relation),
    outputs,
    windows: grouped.windows,
    structure: structureText(['select', grouped.structure, having?.structure ?? null, ranks.structures]),
    key: grouping.keys.map(({ bound }) => bound),
    field: (bound) => [...grouping.keys, ...grouping.aggregates].find((slot) => slot.bound === bound)?.name,
    fail,
  });
}

function whereScope(input: Query, { functions, fail }: Environment) {
  const noWindow = input.kind === 'events' || input.rewindow ? 'filter by window_start and window_end in HAVING' : undefined;
  return scopeOf({ items: input.items, functions, fail, ...(noWindow === undefined ? {} : { noWindow }) });
}

/** The windows of the grouped rows. */
function windowsAfter(grouping: Grouping, input: Query, place: Place, { fail }: Environment): RowsWindows | undefined {
  const { roles } = grouping;
  const given = input.kind === 'rows' ? (input.rewindow?.result ?? input.windows) : input.window && WINDOWED;
  const must = input.kind === 'events' ? input.window !== undefined : input.rewindow !== undefined;
  if (roles.size === 0) {
    if (must) fail(place, 'rows in windows must be grouped by them', 'write GROUP BY window_start, window_end, …');
    return undefined;
  }
  const fixed = given === WINDOWED ? input.kind === 'events' && isFixed(input.window?.kind ?? 'global') : given?.fixed === true;
  if (roles.size < 2 && !fixed)
    fail(place, 'these windows vary in size, so both bounds are needed', 'write GROUP BY window_start, window_end, …');
  return given;
}

/** A placeholder for the windows of a base view until it is created. */
const WINDOWED: RowsWindows = { fixed: true, longest: 0, structure: '' };

/**
 * Names the columns of the grouped rows: after the output columns, where SELECT selects them unchanged.
 *
 * @returns whether SELECT selects each of them once and nothing else, so that there is nothing left to compute
 */
function settleNames(grouping: Grouping, outputs: readonly Output[], windowed: boolean): boolean {
  const slots: (KeySlot | AggregateSlot)[] = [...grouping.keys, ...grouping.aggregates];
  let exact = true;
  const again: AggregateSlot[] = [];
  const ends = new Set<string>();
  for (const { name, bound, role } of outputs) {
    const slot = slots.find((each) => each.bound === bound);
    if (slot && slot.name === '') slot.name = name;
    else if (slot && 'call' in slot) again.push({ ...slot, name });
    else if (role && name === `window_${role}`) ends.add(name);
    else exact = false;
  }
  const taken = new Set(['window_start', 'window_end', ...slots.map(({ name }) => name)]);
  for (const [i, slot] of slots.entries()) {
    if (slot.name !== '') continue;
    exact = false;
    let name = `${i < grouping.keys.length ? 'key' : 'value'}_${i + 1}`;
    while (taken.has(name)) name += '_';
    taken.add(name);
    slot.name = name;
  }
  const whole = exact && ends.size === (windowed ? 2 : 0);
  // An equal aggregate with another name is another column, as in TypeScript; where columns are computed, it is kept once.
  if (whole) grouping.aggregates.push(...again);
  // In the order of SELECT; in TypeScript, in the order of the definition.
  const place = ({ name }: AggregateSlot): number => outputs.findIndex((output) => output.name === name) >>> 0;
  grouping.aggregates.sort((a, b) => place(a) - place(b));
  return whole;
}

/** The aggregate of groups without aggregates. */
const COUNT: BaseView['aggregates'][number] = {
  name: 'events',
  definition: { kind: 'builtin', name: 'count', columns: [], constants: [] },
  structure: 'count',
};

function groupedEvents(
  grouping: Grouping,
  input: EventsQuery,
  where: Bound | undefined,
  place: Place,
  environment: Environment,
  own: boolean,
): RowsQuery {
  checkPartition(grouping, input, environment.fail);
  const { bases } = environment;
  const computed = new Map<string, FlowColumn>();
  for (const { call } of grouping.aggregates) for (const [name, column] of call.columns) if (column.read) computed.set(name, column);
  const aggregates = grouping.aggregates.map(({ name, call }) => ({ name, definition: call.definition, structure: call.structure }));
  const base: BaseView = {
    stream: input.stream,
    filters: where ? [...input.filters, where] : input.filters,
    ...(input.unnested && { unnested: input.unnested }),
    key: grouping.keys.map(({ name, input: bound, field }) => ({ name, bound, ...(field === undefined ? {} : { field }) })),
    // Without a window function, it is the global window.
    window: input.window ?? global(),
    ...(input.time ? { time: input.time } : {}),
    aggregates: aggregates.length > 0 ? aggregates : [COUNT],
    computed,
  };
  return baseRows(own && aggregates.length > 0 ? bases.own(base, place) : bases.part(base, place));
}

function groupedRows(
  grouping: Grouping,
  input: RowsQuery,
  where: { readonly bound: Bound; readonly node: Node } | undefined,
  windows: RowsWindows | undefined,
  environment: Environment,
): RowsQuery {
  const narrows = where && narrowingOf(where.node, whereScope(input, environment), itemNames(input.items));
  const source: Relation = where ? filtered(input.relation, where.bound, narrows) : input.relation;
  const key = grouping.keys.map(({ name, input: bound }): KeyPlan => {
    const type = resultType(bound.type) ?? 'text';
    return { name, type, nullable: bound.nullable, value: (row) => toResult(type, bound.evaluate(row)) };
  });
  const aggregates = grouping.aggregates.map(({ name, call }): AggregatePlan => ({ name, ...call.plan }));
  const ends: Column[] = windows ? ['window_start', 'window_end'].map((name) => ({ name, type: 'timestamptz', nullable: false })) : [];
  const relation: Regroup = {
    kind: 'regroup',
    input: source,
    key,
    fields: grouping.keys.map(({ field }) => field),
    window: windows ? (input.rewindow?.windows ?? 'input') : undefined,
    aggregates,
    columns: [...key, ...ends, ...aggregates].map(columnOf),
  };
  return {
    kind: 'rows',
    relation,
    items: [],
    windows,
    structure: structureText([
      'group',
      input.structure,
      where?.bound.structure ?? null,
      input.rewindow?.structure ?? null,
      windows ? 'windows' : 'all',
      grouping.keys.map(({ name, input: bound }) => [name, bound.structure]),
      grouping.aggregates.map(({ name, call }) => [name, call.structure]),
    ]),
    key: key.map(({ name }) => name),
  };
}
