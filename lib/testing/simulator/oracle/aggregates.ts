import type { AggregateName, Payload } from './spec.ts';

/** An event in a pane. */
export interface Counted {
  readonly event: Payload;
  /** number of its shard, and its place in it: ties of time go by them */
  readonly shard: number;
  readonly place: number;
}

/** Each aggregate of a pane's events. Values are multiples of a quarter, so that doubles add them without rounding. */
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
  every: (events) => events.every(({ event }) => event.b),
  large: (events) => values(events).filter((v) => v > 10).length,
  distinctSum: (events) => (values(events).length === 0 ? null : total([...new Set(values(events))])),
  middle: (events) => median(values(events).sort((a, b) => a - b)),
  largest: (events) => inOrder(events).find(({ event }) => event.v !== null && event.v === Math.max(...values(events)))?.event.id ?? null,
  users: (events) => [...new Set(events.map(({ event }) => event.u))].sort().join(' '),
  byValue: (events) =>
    inOrder(events)
      .filter(({ event }) => event.v !== null)
      .sort((a, b) => Number(b.event.v) - Number(a.event.v))
      .map(({ event }) => event.u)
      .join(' ') || null,
  // How often each remainder came.
  own: (events) => [0, 1, 2].map((rest) => events.filter(({ event }) => event.id % 3 === rest).length),
};

function values(events: readonly Counted[]): number[] {
  return events.flatMap(({ event }) => event.v ?? []);
}

function median(sorted: readonly number[]): number | null {
  const half = sorted.length / 2;
  if (half === 0) return null;
  return total(sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1)) / (half % 1 === 0 ? 2 : 1);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0);
}

function inOrder(events: readonly Counted[]): Counted[] {
  return [...events].sort((a, b) => a.event.at - b.event.at || a.shard - b.shard || a.place - b.place);
}
