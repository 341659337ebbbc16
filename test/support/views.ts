import type { Accumulator } from '../../lib/core/accumulator.ts';
import type { Row } from '../../lib/core/column.ts';
import type { ViewSpec } from '../../lib/core/view.ts';
import type { WindowSpec } from '../../lib/core/window.ts';
import type { Plan, StreamPlan, ViewPlan } from '../../lib/plan/plan.ts';

/** Keeps every value it was given, sorted: a result shows exactly which events were counted, and how often. */
const bag: Accumulator<number[], [number], readonly number[]> = {
  name: 'bag',
  create: () => [],
  add: (acc, value) => insert(acc, value),
  merge: (into, from) => from.reduce(insert, into),
  result: (acc) => [...acc],
  write: (acc, out) => {
    out.varuint(acc.length);
    for (const value of acc) out.number(value);
  },
  read: (input) => Array.from({ length: input.count() }, () => input.number()),
};

function insert(into: number[], value: number): number[] {
  let at = into.length;
  while (at > 0 && (into[at - 1] as number) > value) at--;
  into.splice(at, 0, value);
  return into;
}

/** A view that keeps the `id`s of the events of each `k`. */
export function bagView(window: WindowSpec, allowedLateness: number, name = 'bags'): ViewPlan {
  const spec: ViewSpec = {
    name,
    stream: 'events',
    transforms: [],
    key: [{ name: 'k', type: 'text', nullable: false, value: (row) => row.k }],
    window,
    allowedLateness,
    aggregates: [
      { name: 'ids', type: 'jsonb', nullable: false, accumulator: bag, add: (acc, row) => bag.add(acc as number[], row.id as number) },
    ],
    fingerprint: `${name} 1`,
  };
  return { ...spec, retention: 30 * 86_400_000, rows: true, columns: [] };
}

/** A plan with the stream `events` of `{ k, id, at }`, `at` in milliseconds. */
export function bagPlan(views: readonly ViewPlan[], stream: Partial<StreamPlan> = {}): Plan {
  return {
    name: 'test',
    streams: [
      {
        name: 'events',
        maxOutOfOrderness: 0,
        maxAhead: 86_400_000,
        maxBehind: 86_400_000,
        columns: [],
        eventTime: 'at',
        idleTimeout: 60_000,
        validate: (value) => {
          const row = value as Row;
          return typeof row?.at === 'number' ? { row, time: row.at } : { reason: 'no time' };
        },
        ...stream,
      },
    ],
    views,
    derived: [],
  };
}
