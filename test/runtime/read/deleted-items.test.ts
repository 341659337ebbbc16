// Somebody deletes an item: whoever reads it, or what it belongs to, is told; nobody is shown what is left.
import { describe, expect, it } from 'vitest';
import type { Column } from '../../../lib/core/column.ts';
import type { Scan } from '../../../lib/plan/relation.ts';
import { LIMITS } from '../../../lib/runtime/limits.ts';
import { mergeStream } from '../../../lib/runtime/merge.ts';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import { createReader, type Reader } from '../../../lib/runtime/read/reader.ts';
import { ask } from '../../../lib/runtime/read/relation/ask.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { readWindows } from '../../../lib/runtime/read/windows.ts';
import { createRuntime, type Runtime, taskId } from '../../../lib/runtime/runtime.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { indexKey, taskPartition, viewPartition } from '../../../lib/store/items/keys.ts';
import type { MemoryStore } from '../../../lib/store/memory/memory-store.ts';
import { bagPlan, bagView } from '../../support/views.ts';
import { checkpointed, deliver, NEVER, TUMBLING, World } from '../world.ts';

const SHARD = 'shardId-000000000000';
const START = 1_000_000;
const KEYS = Array.from({ length: 40 }, (_, i) => `key ${i}`);
const PLAN = bagPlan([bagView(TUMBLING, 0, 'tumbling'), bagView({ kind: 'session', gap: 5000 }, 0, 'sessions')], { idleTimeout: 30_000 });
const VIEWS = ['tumbling', 'sessions'] as const;

/** A world of one final window of many keys, in several pages or in one; and a process that reads it. */
async function finals(pageBytes: number): Promise<{ world: World; runtime: Runtime }> {
  const world = new World(1, PLAN);
  const parts = {
    plan: PLAN,
    store: world.store,
    shards: world.streams,
    clock: { now: () => world.now },
    limits: { ...LIMITS, pageBytes },
  };
  const runtime = createRuntime(parts);
  for (const k of KEYS) world.send(SHARD, k, world.now);
  await deliver(world, runtime, SHARD, 0, KEYS.length);
  world.now += 60_000;
  world.send(SHARD, 'later', world.now);
  await deliver(world, runtime, SHARD, KEYS.length, 1);
  for (let i = 0; i < 2; i++) await tick(runtime, { deadline: NEVER });
  return { world, runtime: createRuntime(parts) };
}

/** Deletes an item of the results as somebody might by hand. */
async function deletePage(store: MemoryStore, view: string, bits: number, bucket: number): Promise<void> {
  const pk = viewPartition({ application: 'test', view }, 'page', bits, bucket);
  const [item] = await store.tables.results.query({ pk, consistent: true });
  if (!item) throw new Error(`there is no page at ${pk}`);
  store.tables.results.delete(item);
}

const column = (name: string): Column => ({ name, type: 'text', nullable: false });
const scan = (view: string): Scan => ({ kind: 'scan', view, columns: ['k', 'window_start', 'window_end', 'ids'].map(column) });

const READS: Record<string, (reader: Reader, view: string) => Promise<unknown>> = {
  'the latest final window': (reader, view) => readWindowRows(reader, { view, window: 'latest_final', orderBy: [], limit: 100 }),
  'every key of it': async (reader, view) => {
    for (const k of KEYS) await readKeyRows(reader, { view, key: [k], order: 'asc', limit: 10 });
  },
  'a relation': (reader, view) => ask(reader, { relation: scan(view), limits: { pages: 1000, rows: 1000, steps: 100_000, seconds: 60 } }),
};

describe.each(VIEWS)('a page of %s that is gone', (view) => {
  it.each(
    Object.entries(READS).flatMap(([name, read]) => [
      [name, 'the only one', 16 * 1024, read] as const,
      [name, 'one of several', 64, read] as const,
    ]),
  )('is noticed by who reads %s: %s', async (_, __, pageBytes, read) => {
    const { world, runtime } = await finals(pageBytes);
    const reader = createReader(runtime, { followEvery: 0 });
    await read(reader, view);
    const { windows } = await readWindows(reader, { view: 'tumbling', order: 'asc', limit: 1 });
    const pages = windows[0]?.pages ?? 0;
    expect(pages > 1).toBe(pageBytes < 1024);
    await deletePage(world.store, view, view === 'tumbling' ? Math.log2(pages) : await bitsOf(world.store, view), 0);
    await expect(read(reader, view)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(
        new RegExp(`^pages of window \\d+/\\d+ of view ${view} are gone: they hold \\d+ results, and 40 were`),
      ),
    });
  });
});

async function bitsOf(store: MemoryStore, view: string): Promise<number> {
  const [window] = await store.results.windows(
    { application: 'test', view },
    { from: 0, to: START * 2, order: 'asc', limit: 1, now: START },
  );
  return window?.bits ?? 0;
}

describe('the last entry of a log that is gone', () => {
  const read = (reader: Reader, asOf?: Awaited<ReturnType<typeof readKeyRows>>['asOf']) =>
    readKeyRows(reader, { view: 'tumbling', key: ['key 0'], order: 'asc', limit: 10, asOf });

  async function cut(): Promise<{ world: World; reader: Reader; asOf: Awaited<ReturnType<typeof readKeyRows>>['asOf'] }> {
    const { world, runtime } = await finals(16 * 1024);
    const reader = createReader(runtime, { followEvery: 0 });
    const { asOf } = await read(reader);
    const index = asOf.tasks[SHARD] ?? 0;
    world.store.tables.state.delete({ pk: taskPartition(taskId(runtime, 'events', SHARD), 'log'), sk: indexKey(index) });
    return { world, reader, asOf };
  }

  it('is noticed by a process that has read it, each time', async () => {
    const { reader } = await cut();
    for (let i = 0; i < 2; i++) await expect(read(reader)).rejects.toMatchObject({ code: 'gap' });
  });

  it('is reported by every reader to a client that has seen it', async () => {
    const { world, asOf } = await cut();
    const cold = createReader(world.process(), { followEvery: 0 });
    await expect(read(cold, asOf)).rejects.toThrow(/the log of events\/shardId-0+ ends with entry \d+, not \d+/);
  });

  it('is noticed by anybody where final results go further', async () => {
    const { world } = await cut();
    const cold = createReader(world.process(), { followEvery: 0 });
    await expect(read(cold)).rejects.toThrow(/final results of stream "events" are ahead of the logs of its shards/);
  });

  it('is noticed by the task, which takes nothing then', async () => {
    const world = new World(1, PLAN);
    const runtime = world.process();
    world.send(SHARD, 'a', world.now);
    await deliver(world, runtime, SHARD, 0, 1);
    world.store.tables.state.delete({ pk: taskPartition(taskId(runtime, 'events', SHARD), 'log'), sk: indexKey(2) });
    world.send(SHARD, 'a', world.now);
    await expect(deliver(world, runtime, SHARD, 1, 1)).rejects.toMatchObject({ code: 'gap' });
  });
});

it('a bucket of a checkpoint that is gone is noticed by who needs its keys', async () => {
  const world = new World(1, PLAN);
  const runtime = world.process();
  for (const k of KEYS) world.send(SHARD, k, world.now);
  await deliver(world, runtime, SHARD, 0, KEYS.length);
  const { manifest } = await checkpointed(runtime, SHARD);
  for (const id of manifest?.buckets ?? []) {
    world.store.tables.state.delete({ pk: taskPartition(taskId(runtime, 'events', SHARD), 'bucket', id), sk: '-' });
  }
  await mergeStream(runtime, world.store, 'events', NEVER);
  const reader = createReader(world.process(), { followEvery: 0 });
  for (let i = 0; i < 2; i++) {
    await expect(readKeyRows(reader, { view: 'tumbling', key: ['key 0'], order: 'asc', limit: 10 })).rejects.toThrow(
      /^bucket \S+ of events\/shardId-0+ is gone: restore/,
    );
  }
});
