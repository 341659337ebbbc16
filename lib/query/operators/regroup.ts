import type { Row } from '../../core/column.ts';
import { formatInstant } from '../../core/instant.ts';
import { type Window, windowsOf } from '../../core/window.ts';
import type { Regroup, RowWindows } from '../../plan/relation.ts';
import { groupKey } from '../group-key.ts';
import { columnErrors, type Failures, readable, withErrors } from '../row-errors.ts';
import { emptyRow, type Spend, sizeCost, type Tuple } from '../tuple.ts';
import { distinct } from '../windows.ts';
import { EVERYTHING, type Operator, type Range, renamed } from './operator.ts';

/** Rows aggregated again: within their windows, in larger ones, or all together. */
export const regroup: Operator<Regroup> = {
  inputs: ({ input }) => [input],
  evaluate: (relation, [rows = []], spend, failures) => regrouped(relation, rows, spend, failures),
  demands: ({ window, key, fields }, wanted) => [{ ...inputRange(window, wanted), equals: renamed(wanted, key, fields) }],
  finalThrough({ window }, [through = Number.NEGATIVE_INFINITY]) {
    if (window === undefined) return Number.NEGATIVE_INFINITY;
    return window === 'input' ? through : through - window.ahead;
  },
  windows({ window }, [inner = []]) {
    if (window === undefined) return [undefined];
    return window === 'input' ? inner : distinct(inner.flatMap((of) => (of ? touching(window, of) : [])));
  },
  hasWindows: ({ window }, [inner = false]) => (window === 'input' ? inner : window !== undefined),
  lastEnd({ window }, [inner = Number.NEGATIVE_INFINITY]) {
    if (window === undefined) return Number.NEGATIVE_INFINITY;
    // A row is assigned by an instant of its own window, which is never after the window's end.
    return window === 'input' || !Number.isFinite(inner) ? inner : (windowsOf(window.spec, inner).at(-1)?.end ?? inner);
  },
  awaits: ({ window }, end) => (window === undefined ? undefined : end + (window === 'input' ? 0 : window.ahead)),
  makesLargerWindows: ({ window }) => typeof window === 'object',
  order: () => [],
};

function inputRange(window: Regroup['window'], range: Range): Range {
  if (window === 'input') return { from: range.from, to: range.to };
  return window === undefined ? EVERYTHING : innerRange(window, range);
}

function innerRange({ spec, ahead }: RowWindows, range: Range): Range {
  const from = Number.isFinite(range.from) ? (windowsOf(spec, range.from - 1)[0]?.start ?? range.from) : range.from;
  const to = Number.isFinite(range.to) ? (windowsOf(spec, range.to).at(-1)?.end ?? range.to) + ahead : range.to;
  return { from, to };
}

/** The outer windows in which a row of an inner window can fall. */
function touching({ spec }: RowWindows, { start, end }: Window): Window[] {
  const found: Window[] = [];
  let time = start;
  while (time <= end) {
    const windows = windowsOf(spec, time);
    found.push(...windows);
    const next = Math.max(...windows.map((window) => window.end));
    time = next > time ? next : Number.POSITIVE_INFINITY;
  }
  return found;
}

interface Group {
  readonly key: readonly unknown[];
  readonly window: Window | undefined;
  readonly states: unknown[];
  /** by aggregate, why it cannot be computed */
  readonly failed: Map<number, string>;
}

/**
 * Aggregates rows by key and window; groups are in the order of their first rows. Without key and window, there is one row even for empty input, as in SQL.
 *
 * @param input in a deterministic order, which decides between first and last values with equal times
 */
function regrouped({ key, window, aggregates }: Regroup, input: readonly Tuple[], spend: Spend, failures: Failures): Tuple[] {
  const groups = new Map<string, Group>();
  const create = (values: readonly unknown[], of: Window | undefined): Group => ({
    key: values,
    window: of,
    states: aggregates.map(({ accumulator }) => accumulator.create()),
    failed: new Map(),
  });
  input.forEach((tuple, ordinal) => {
    const position = { time: tuple.window?.end ?? 0, shard: 0, ordinal };
    const row = readable(tuple);
    const place = placeOf(
      () => ({ values: key.map((part) => part.value(row, position) ?? null), windows: windowsFor(window, tuple, row) }),
      failures,
    );
    if (place === undefined) return;
    const { values, windows } = place;
    spend(windows.length);
    for (const of of windows) {
      const name = groupKey([of?.start, of?.end, ...values]);
      let group = groups.get(name);
      if (!group) {
        spend(aggregates.length + sizeCost(name));
        group = create(values, of);
        groups.set(name, group);
      }
      for (let i = 0; i < aggregates.length; i++) {
        try {
          group.states[i] = aggregates[i]?.add(group.states[i], row, position);
        } catch (error) {
          const reason = failures.reason(error);
          if (!group.failed.has(i)) group.failed.set(i, reason);
        }
      }
    }
  });
  if (groups.size === 0 && key.length === 0 && window === undefined) groups.set('', create([], undefined));
  return Array.from(groups.values(), (group) => rowOf(key, aggregates, group, failures));
}

/** `undefined` if a row's key or time cannot be computed: it is then in no group. */
function placeOf<T>(compute: () => T, failures: Failures): T | undefined {
  try {
    return compute();
  } catch (error) {
    failures.leaveOut(error);
    return undefined;
  }
}

function windowsFor(window: Regroup['window'], tuple: Tuple, row: Row): readonly (Window | undefined)[] {
  if (window === undefined) return [undefined];
  if (window === 'input') return [tuple.window];
  const time = window.time(row);
  return time === null ? [] : windowsOf(window.spec, time);
}

function rowOf(key: Regroup['key'], aggregates: Regroup['aggregates'], group: Group, { reason }: Failures): Tuple {
  const { key: values, window, states, failed } = group;
  const row = emptyRow();
  key.forEach(({ name }, i) => {
    row[name] = values[i];
  });
  if (window) {
    row.window_start = formatInstant(window.start);
    row.window_end = formatInstant(window.end);
  }
  aggregates.forEach(({ name, accumulator, result }, i) => {
    row[name] = null;
    if (failed.has(i)) return;
    try {
      row[name] = result ? result(states, window) : accumulator.result(states[i], window);
    } catch (error) {
      failed.set(i, reason(error));
    }
  });
  return withErrors(row, window, columnErrors(Array.from(failed, ([i, said]) => [aggregates[i]?.name as string, said])));
}
