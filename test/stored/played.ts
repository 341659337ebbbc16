// A stream whose life is the same every time, played against the engine: what it leaves in the two tables is what Millrace stores.
import { numberSummary } from '../../lib/core/accumulators/number-summary.ts';
import { userAccumulator } from '../../lib/core/accumulators/user-accumulator.ts';
import type { Row } from '../../lib/core/column.ts';
import type { WindowSpec } from '../../lib/core/window.ts';
import type { AggregatePlan, Plan } from '../../lib/plan/plan.ts';
import { LIMITS } from '../../lib/runtime/limits.ts';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import type { Item } from '../../lib/store/items/item.ts';
import { createTableStore } from '../../lib/store/items/table-store.ts';
import { MemoryTable } from '../../lib/store/memory/memory-table.ts';
import type { Store } from '../../lib/store/ports.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';
import { checkpointed, NEVER } from '../runtime/world.ts';
import { type Called, everyView } from '../support/every-view.ts';
import type { NaiveEvent, NaiveRules } from '../support/naive/fold.ts';
import { allTime, berlinDays, growing, keyed, type NaiveWindows, sliding } from '../support/naive/windows.ts';
import { bagPlan } from '../support/views.ts';

/** What is played, as data. */
export interface Played {
  readonly window: WindowSpec;
  readonly allowedLateness: number;
  readonly maxOutOfOrderness: number;
  /** records of one batch */
  readonly batch: number;
  readonly calls: readonly Called[];
  readonly events: readonly NaiveEvent[];
}

/** What the tables hold. */
export interface Tables {
  readonly state: readonly Item[];
  readonly results: readonly Item[];
}

const IDLE_TIMEOUT = 60_000;
/** Bodies beyond are kept in pieces. */
const PIECE = 6000;

/** The windows as the naive fold has them. */
function naiveWindowsOf(window: WindowSpec): NaiveWindows {
  switch (window.kind) {
    case 'tumbling':
    case 'hopping':
      return sliding(window.kind, window.size, window.slide, window.offset);
    case 'cumulate':
      return growing(window.size, window.slide, window.offset);
    case 'calendar':
      return berlinDays;
    case 'global':
      return allTime;
    case 'session':
    case 'stagger':
      return keyed(window);
  }
}

/** The rules as the naive fold has them. */
export function rulesOf({ window, allowedLateness, maxOutOfOrderness }: Played): NaiveRules {
  return { windows: naiveWindowsOf(window), allowedLateness, maxOutOfOrderness, arrival: false };
}

/** The application: one view with the calls, and behind them accumulators that no call has. */
export function planOf(played: Played): Plan {
  const { windows, allowedLateness, maxOutOfOrderness } = rulesOf(played);
  const every = everyView(windows, allowedLateness, false, played.calls);
  const view = { ...every, aggregates: [...every.aggregates, ...unnamed(every.aggregates.length)] };
  return bagPlan([view], {
    maxOutOfOrderness,
    maxAhead: Number.POSITIVE_INFINITY,
    idleTimeout: IDLE_TIMEOUT,
    validate: (value) => {
      const { row, time } = value as { row: Row; time: number };
      return row === null ? { reason: 'it is no event' } : { row, time };
    },
  });
}

/** Accumulators behind no name in SQL: users' own, stored as JSON or by functions of theirs, one that fails, and states that are shared. */
function unnamed(at: number): AggregatePlan[] {
  const names = userAccumulator<string[], [string], string>({
    name: 'names',
    create: () => [],
    add: (acc, s) => [...acc, s].sort(),
    merge: (into, from) => [...into, ...from].sort(),
    result: (acc) => acc.join(),
  });
  const greatest = userAccumulator<number, [number], number>({
    name: 'greatest',
    create: () => -1,
    add: (acc, m) => Math.max(acc, m),
    merge: (into, from) => Math.max(into, from),
    result: (acc) => acc,
    write: (acc, out) => out.varint(acc),
    read: (input) => input.varint(),
  });
  const failing = userAccumulator<number, [number], number>({
    name: 'failing',
    create: () => 0,
    add: (acc) => acc + 1,
    merge: () => {
      throw new Error('never merges');
    },
    result: (acc) => acc,
  });
  const plan = (name: string, accumulator: AggregatePlan['accumulator'], add: AggregatePlan['add']): AggregatePlan => {
    return { name, type: 'jsonb', nullable: true, accumulator, add };
  };
  return [
    plan('names', names, (acc, row) => (row.s === null ? acc : names.add(acc as never, row.s as string))),
    plan('greatest', greatest, (acc, row) => (row.m === null ? acc : greatest.add(acc as never, row.m as number))),
    plan('failing', failing, (acc, row) => failing.add(acc as never, Number(row.m))),
    {
      ...plan('average', numberSummary, (acc, row) => (row.x === null ? acc : numberSummary.add(acc as never, row.x as number))),
      result: (pane) => numberSummary.avgOf(pane[at + 3] as never),
    },
  ];
}

/** The stream's records: one event each; of every fifth the second part is no event. */
export function streamsOf({ events }: Played, now: () => number): MemoryStreams {
  const streams = new MemoryStreams(now);
  streams.addShards('events', 2);
  events.forEach(({ shard, time, arrival, row }, i) => {
    const parts = [{ value: { time, row } }, ...(i % 5 === 4 ? [{ value: { row: null } }] : [])];
    streams.put('events', { shard: shardName(shard), arrival, parts });
  });
  return streams;
}

export function shardName(shard: number): string {
  return `shardId-${String(shard).padStart(12, '0')}`;
}

/** A runtime over tables with limits so low that everything that can be cut is cut. */
export function runtimeOver(tables: { state: MemoryTable; results: MemoryTable }, plan: Plan, streams: MemoryStreams, now: () => number) {
  const store: Store = createTableStore(tables);
  const limits = { ...LIMITS, checkpointBytes: 1e9, bucketBytes: 1500, pageBytes: 1500 };
  // One nonce for all: nobody else writes, and a name must not depend on how often one was asked for.
  return createRuntime({ plan, store, shards: streams, clock: { now }, nonce: () => 'n', version: '7', limits });
}

/** Empty tables that keep what is large in pieces. */
export function emptyTables(): { state: MemoryTable; results: MemoryTable } {
  return { state: new MemoryTable(undefined, [], PIECE), results: new MemoryTable(undefined, [], PIECE) };
}

/** A shard's batches, in order. */
export function batchesOf({ batch }: Played, streams: MemoryStreams, shard: number) {
  const records = streams.records('events', shardName(shard));
  return Array.from({ length: Math.ceil(records.length / batch) }, (_, i) => records.slice(i * batch, (i + 1) * batch));
}

/**
 * Takes both shards' batches in turn; halfway there are checkpoints and a merge. At the end shard 0 has a child, and shard 1 is idle.
 */
export async function play(played: Played): Promise<Tables> {
  let now = Math.max(...played.events.flatMap(({ time, arrival }) => [time, arrival]));
  const streams = streamsOf(played, () => now);
  const tables = emptyTables();
  const runtime = runtimeOver(tables, planOf(played), streams, () => now);
  await tick(runtime, { deadline: NEVER });
  const batches = [batchesOf(played, streams, 0), batchesOf(played, streams, 1)];
  const most = Math.max(...batches.map(({ length }) => length));
  for (let i = 0; i < most; i++) {
    for (const shard of [0, 1]) await take(runtime, shard, batches[shard]?.[i] ?? []);
    if (i !== Math.floor(most / 2)) continue;
    for (const shard of [0, 1]) await checkpointed(runtime, shardName(shard));
    await mergeStream(runtime, runtime.store, 'events', NEVER);
  }
  streams.reshard('events', [shardName(0)], 1);
  now += IDLE_TIMEOUT + 1;
  await tick(runtime, { deadline: NEVER });
  return { state: tables.state.all(), results: tables.results.all() };
}

async function take(runtime: Runtime, shard: number, records: ReturnType<typeof batchesOf>[number]): Promise<void> {
  if (records.length === 0) return;
  await processBatch(runtime, { stream: 'events', shard: shardName(shard), records, deadline: NEVER });
}
