import { expect } from 'vitest';
import type { SlidingSpec } from '../../lib/core/window.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { checkpoint } from '../../lib/runtime/checkpoint.ts';
import { follow } from '../../lib/runtime/follow.ts';
import { type BatchReport, processBatch } from '../../lib/runtime/process-batch.ts';
import { readHealth } from '../../lib/runtime/read/health.ts';
import { readLate } from '../../lib/runtime/read/kept-events.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../lib/runtime/read/window-rows.ts';
import { readWindows } from '../../lib/runtime/read/windows.ts';
import { createRuntime, type Runtime, taskId, taskName } from '../../lib/runtime/runtime.ts';
import type { Held } from '../../lib/runtime/state-cache.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { createMemoryStore, type MemoryStore } from '../../lib/store/memory/memory-store.ts';
import type { Store } from '../../lib/store/ports.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';
import { bagPlan, bagView } from '../support/views.ts';

/** Ten seconds. */
export const TUMBLING: SlidingSpec = { kind: 'tumbling', size: 10_000, slide: 10_000, offset: 0 };
const HOPPING: SlidingSpec = { kind: 'hopping', size: 10_000, slide: 5_000, offset: 0 };
/** Two views over one stream that keep the ids of their events. */
export const PLAN = bagPlan([bagView(TUMBLING, 0, 'tumbling'), bagView(HOPPING, 5_000, 'hopping')], {
  maxOutOfOrderness: 2_000,
  idleTimeout: 30_000,
});
/** A deadline that does not pass. */
export const NEVER = Number.POSITIVE_INFINITY;

/** A stream, a store behind it, and as many processes as wanted, each with a memory of its own. */
export class World {
  now = 1_000_000;
  readonly #plan: Plan;
  readonly streams = new MemoryStreams(() => this.now);
  readonly store: MemoryStore = createMemoryStore();
  /** what was put, in order, by shard: for the oracle */
  readonly put: { id: number; k: string; at: number; arrival: number; shard: string }[] = [];

  /** @param plan of the stream `events` */
  constructor(shards: number, plan: Plan = PLAN) {
    this.#plan = plan;
    this.streams.addShards('events', shards);
  }

  process(store: Store = this.store, parts: Partial<Pick<Runtime, 'shards' | 'trial'>> = {}): Runtime {
    return createRuntime({ plan: this.#plan, store, shards: this.streams, clock: { now: () => this.now }, ...parts });
  }

  send(shard: string, k: string, at: number): void {
    const id = this.put.length;
    this.put.push({ id, k, at, arrival: this.now, shard });
    this.streams.put('events', { shard, arrival: this.now, parts: [{ value: { k, id, at } }] });
  }

  /** Ticks until all windows are final. */
  async settle(): Promise<void> {
    const runtime = this.process();
    for (let i = 0; i < 4; i++) {
      this.now += 600_000;
      await tick(runtime, { deadline: NEVER });
    }
  }

  /** Every window's rows of a view: `start key` → ids, and whether final. */
  async rows(view: string, runtime: Runtime = this.process()): Promise<{ panes: Record<string, unknown>; finals: Set<string> }> {
    const reader = createReader(runtime, { followEvery: 0 });
    const panes: Record<string, unknown> = {};
    const finals = new Set<string>();
    const { windows } = await readWindows(reader, { view, order: 'asc', limit: 10_000 });
    for (const { start, end } of windows) {
      const { rows } = await readWindowRows(reader, { view, window: { start, end }, orderBy: [], limit: 10_000 });
      for (const row of rows) {
        const name = `${start} ${row.k}`;
        expect(panes[name], `${name} came twice`).toBeUndefined();
        panes[name] = row.ids;
        if (row.final) finals.add(name);
      }
    }
    return { panes, finals };
  }
}

/** Which events each pane must hold, judged event by event and shard by shard. Valid while no silence moves a watermark. */
function expected(world: World, window: SlidingSpec, lateness: number): { panes: Record<string, number[]>; late: number } {
  const panes: Record<string, number[]> = {};
  const watermarks = new Map<string, number>();
  let late = 0;
  for (const { id, k, at, arrival, shard } of world.put) {
    const watermark = Math.max(watermarks.get(shard) ?? Number.NEGATIVE_INFINITY, Math.min(at, arrival) - 2_000);
    watermarks.set(shard, watermark);
    let missed = false;
    const first = Math.floor((at - window.size) / window.slide) * window.slide + window.slide;
    for (let start = first; start <= at; start += window.slide) {
      if (start + window.size + lateness <= watermark) missed = true;
      else panes[`${start} ${k}`] = [...(panes[`${start} ${k}`] ?? []), id];
    }
    if (missed) late++;
  }
  return { panes, late };
}

/** Every window holds what the oracle says, and is final. */
export async function expectExact(world: World): Promise<void> {
  for (const view of PLAN.views) {
    const { panes, finals } = await world.rows(view.name);
    const { panes: wanted } = expected(world, view.window as SlidingSpec, view.allowedLateness);
    expect(panes).toEqual(wanted);
    expect([...finals].sort()).toEqual(Object.keys(wanted).sort());
  }
}

/** Delivers what a task has not committed, as an event source does that forgets now and then how far it was. */
export async function deliver(world: World, runtime: Runtime, shard: string, from: number, size: number): Promise<BatchReport> {
  const records = world.streams.records('events', shard).slice(from, from + size);
  return processBatch(runtime, { stream: 'events', shard, records, deadline: NEVER });
}

/** Each event is in its window or in the late list, once; and none is late that came in time. */
export async function expectComplete(world: World): Promise<void> {
  expect(await eventsCommitted(world)).toBe(world.put.length);
  const counted = Object.values((await world.rows('tumbling')).panes).flat() as number[];
  const late = await lateIds(world, 'tumbling');
  expect([...counted, ...late].sort((a, b) => a - b)).toEqual(world.put.map(({ id }) => id));
  for (const id of late) {
    const { at, arrival } = world.put[id] as World['put'][number];
    const end = Math.floor(at / TUMBLING.size) * TUMBLING.size + TUMBLING.size;
    expect(end, `event ${id} was late though it came before its window could have closed`).toBeLessThanOrEqual(arrival - 2_000);
  }
}

/** Events counted by all tasks together, late and dead ones included. */
export async function eventsCommitted(world: World): Promise<number> {
  const [stream] = await readHealth(createReader(world.process(), { followEvery: 0 }));
  return (stream?.shards ?? []).reduce((sum, { events }) => sum + events, 0);
}

/** How far each task has come, by shard. */
export async function watermarks(world: World): Promise<Record<string, number>> {
  const [stream] = await readHealth(createReader(world.process(), { followEvery: 0 }));
  return Object.fromEntries((stream?.shards ?? []).map(({ shard, watermark }) => [shard, watermark]));
}

/** The ids of a view's late events. */
export async function lateIds(world: World, view: string): Promise<number[]> {
  const { events } = await readLate(createReader(world.process(), { followEvery: 0 }), [view], { limit: 10_000 });
  return events.flatMap(({ bytes }) => (JSON.parse(Buffer.from(bytes as Uint8Array).toString()) as { id: number }[]).map(({ id }) => id));
}

/** Writes a task's checkpoint, due or not; what the process then holds of the task. */
export async function checkpointed(runtime: Runtime, shard: string): Promise<Held> {
  const task = taskId(runtime, 'events', shard);
  return runtime.cache.exclusive(taskName(task), async () => {
    const held = await follow(runtime, runtime.store, task);
    await checkpoint(runtime, runtime.store, task, held);
    return held;
  });
}

/** A text of so many numbers that cannot be compressed much, another for every `i`: eight to eleven characters each. */
export function incompressible(i: number, numbers: number): string {
  return Array.from({ length: numbers }, (_, j) => Math.imul(i * numbers + j + 1, 0x9e3779b1) >>> 0).join();
}
