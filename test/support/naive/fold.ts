// The rules of time, one event and one window after the other. Imports nothing that it is to judge.
import { type NaiveKeySpec, naiveWindows } from './key-windows.ts';
import type { NaiveWindows } from './windows.ts';

/** An event as a test draws it. */
export interface NaiveEvent {
  /** the number of its shard, and how many events the shard had before it */
  readonly shard: number;
  readonly ordinal: number;
  readonly time: number;
  readonly arrival: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** How events are put into windows. */
export interface NaiveRules {
  readonly windows: NaiveWindows;
  readonly allowedLateness: number;
  readonly maxOutOfOrderness: number;
  /** by arrival time */
  readonly arrival: boolean;
}

/** Which events are in which pane (`start/end key`), and which were late for some window; shard by shard, in order. */
export function naiveFold(
  rules: NaiveRules,
  events: readonly NaiveEvent[],
): { readonly panes: Map<string, NaiveEvent[]>; readonly late: NaiveEvent[] } {
  if (rules.windows.own) return keyedFold(rules.windows.own, rules, events);
  const panes = new Map<string, NaiveEvent[]>();
  const late: NaiveEvent[] = [];
  const watermarks = new Map<number, number>();
  for (const event of events) {
    const before = watermarks.get(event.shard) ?? Number.NEGATIVE_INFINITY;
    const watermark = Math.max(before, Math.min(event.time, event.arrival) - rules.maxOutOfOrderness);
    watermarks.set(event.shard, watermark);
    let missed = false;
    for (const { start, end } of rules.windows.of(rules.arrival ? event.arrival : event.time)) {
      if (end + rules.allowedLateness <= watermark) {
        missed = true;
        continue;
      }
      const pane = `${start}/${end} ${event.row.k}`;
      panes.set(pane, [...(panes.get(pane) ?? []), event]);
    }
    if (missed) late.push(event);
  }
  return { panes, late };
}

function keyedFold(own: NaiveKeySpec, rules: NaiveRules, events: readonly NaiveEvent[]): ReturnType<typeof naiveFold> {
  const settings = { lateness: rules.allowedLateness, outOfOrder: rules.maxOutOfOrderness };
  const counted = events.map(({ shard, time, arrival, row }, id) => ({
    id,
    key: String(row.k),
    task: shard,
    time: rules.arrival ? arrival : time,
    moves: Math.min(time, arrival),
  }));
  const { windows, late } = naiveWindows(own, settings, counted);
  const of = (ids: readonly number[]): NaiveEvent[] => ids.map((id) => events[id] as NaiveEvent);
  return { panes: new Map(windows.map(({ key, start, end, ids }) => [`${start}/${end} ${key}`, of(ids)])), late: of(late) };
}
