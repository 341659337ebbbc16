import type { AggregateName, Payload } from './spec.ts';

/** An event in a pane. */
export interface Counted {
  readonly event: Payload;
  /** number of its shard, and its place in it: ties of time go by them */
  readonly shard: number;
  readonly place: number;
}

/** What each aggregate is of a pane's events. Values are quarters, so that doubles add them without rounding. */
export const AGGREGATES: { readonly [name in AggregateName]: (events: readonly Counted[]) => unknown } = {
  count: (events) => events.length,
  sum: (events) => (values(events).length === 0 ? null : total(values(events))),
  avg: (events) => (values(events).length === 0 ? null : total(values(events)) / values(events).length),
  min: (events) => (values(events).length === 0 ? null : Math.min(...values(events))),
  max: (events) => (values(events).length === 0 ? null : Math.max(...values(events))),
  first: (events) => inOrder(events).at(0)?.event.id ?? null,
  last: (events) => inOrder(events).at(-1)?.event.id ?? null,
  uniques: (events) => new Set(events.map(({ event }) => event.u)).size,
  any: (events) => events.some(({ event }) => event.b),
  large: (events) => values(events).filter((v) => v > 10).length,
};

function values(events: readonly Counted[]): number[] {
  return events.flatMap(({ event }) => event.v ?? []);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}

function inOrder(events: readonly Counted[]): Counted[] {
  return [...events].sort((a, b) => a.event.at - b.event.at || a.shard - b.shard || a.place - b.place);
}
