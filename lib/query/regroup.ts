import { formatInstant } from '../core/instant.ts';
import { type Window, windowsOf } from '../core/window.ts';
import type { Regroup } from '../plan/relation.ts';
import { groupKey } from './group-key.ts';
import { emptyRow, type Spend, sizeCost, type Tuple } from './tuple.ts';

interface Group {
  readonly key: readonly unknown[];
  readonly window: Window | undefined;
  readonly states: unknown[];
}

/**
 * Aggregates rows by key and window, groups in order of their first rows. Without key and window there is one row even of no rows, as in SQL.
 *
 * @param input in an order that is the same every time: what comes first and last goes by it where times are equal
 */
export function regroup({ key, window, aggregates }: Regroup, input: readonly Tuple[], spend: Spend): Tuple[] {
  const groups = new Map<string, Group>();
  const create = (values: readonly unknown[], of: Window | undefined): Group => ({
    key: values,
    window: of,
    states: aggregates.map(({ accumulator }) => accumulator.create()),
  });
  input.forEach((tuple, ordinal) => {
    const position = { time: tuple.window?.end ?? 0, shard: 0, ordinal };
    const values = key.map((part) => part.value(tuple.row, position) ?? null);
    const windows = windowsFor(window, tuple);
    spend(windows.length);
    for (const of of windows) {
      const name = groupKey([of?.start, of?.end, ...values]);
      let group = groups.get(name);
      if (!group) {
        spend(aggregates.length + sizeCost(name));
        group = create(values, of);
        groups.set(name, group);
      }
      for (let i = 0; i < aggregates.length; i++) group.states[i] = aggregates[i]?.add(group.states[i], tuple.row, position);
    }
  });
  if (groups.size === 0 && key.length === 0 && window === undefined) groups.set('', create([], undefined));
  return Array.from(groups.values(), (group) => rowOf(key, aggregates, group));
}

function windowsFor(window: Regroup['window'], tuple: Tuple): readonly (Window | undefined)[] {
  if (window === undefined) return [undefined];
  if (window === 'input') return [tuple.window];
  const time = window.time(tuple.row);
  return time === null ? [] : windowsOf(window.spec, time);
}

function rowOf(key: Regroup['key'], aggregates: Regroup['aggregates'], { key: values, window, states }: Group): Tuple {
  const row = emptyRow();
  key.forEach(({ name }, i) => {
    row[name] = values[i];
  });
  if (window) {
    row.window_start = formatInstant(window.start);
    row.window_end = formatInstant(window.end);
  }
  aggregates.forEach(({ name, accumulator, result }, i) => {
    row[name] = result ? result(states, window) : accumulator.result(states[i], window);
  });
  return { row, window };
}
