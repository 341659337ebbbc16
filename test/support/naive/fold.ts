// The rules of time, one event and one window after the other. Imports nothing that it is to judge.
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
