import { describe, expect, it } from 'vitest';
import { emptyState } from '../../lib/core/state.ts';
import { checkpoint, checkpointDue } from '../../lib/runtime/checkpoint.ts';
import { follow } from '../../lib/runtime/follow.ts';
import { LOG_TTL, type Runtime, taskId, taskName } from '../../lib/runtime/runtime.ts';
import type { Held } from '../../lib/runtime/state-cache.ts';
import { gatedStore } from '../support/gated-store.ts';
import { deliver, eventsCommitted, World } from './world.ts';

const SHARD = 'shardId-000000000000';
const KB = 1024;
const NOW = 1_000_000_000_000;

describe('a checkpoint is due', () => {
  it.each<[string, boolean, { checkpoint?: number; bytes?: number; entries?: number; age?: number }]>([
    ['not without entries', false, {}],
    ['not after a few', false, { bytes: 100 * KB, entries: 100, age: 1000 }],
    ['once the log since is as large as the last one', true, { checkpoint: 900 * KB, bytes: 900 * KB, entries: 100, age: 1000 }],
    ['not before', false, { checkpoint: 900 * KB, bytes: 899 * KB, entries: 100, age: 1000 }],
    [
      'not for a log that is hardly anything, though the last one was less',
      false,
      { checkpoint: KB, bytes: 127 * KB, entries: 100, age: 1 },
    ],
    ['after 500 entries', true, { bytes: KB, entries: 500, age: 1000 }],
    ['not at a quarter of the time entries are kept', false, { bytes: KB, entries: 1, age: LOG_TTL / 4 }],
    ['past a quarter of the time entries are kept', true, { bytes: KB, entries: 1, age: LOG_TTL / 4 + 1 }],
  ])('%s', (_, due, { checkpoint: checkpointBytes = 0, bytes = 0, entries = 0, age }) => {
    const state = emptyState();
    state.uncoveredBytes = bytes;
    state.uncoveredEntries = entries;
    if (age !== undefined) state.oldestUncovered = NOW - age;
    expect(checkpointDue({ state, manifest: undefined, checkpointBytes }, NOW)).toBe(due);
  });
});

async function checkpointed(runtime: Runtime): Promise<Held> {
  const task = taskId(runtime, 'events', SHARD);
  return runtime.cache.exclusive(taskName(task), async () => {
    const held = await follow(runtime, runtime.store, task);
    await checkpoint(runtime, runtime.store, task, held);
    return held;
  });
}

describe('a checkpoint', () => {
  //  buckets   0 ─ 1 ─ 2 ─ … ─ n      one key changes: one bucket is written, the others are used again, as long as they are needed
  it('writes again only what has changed, and lets go only of what it replaced', async () => {
    const world = new World(1);
    let written = 0;
    const store = gatedStore(
      world.store,
      async () => {},
      (call) => {
        if (call === 'checkpoints.putBucket') written++;
        return 'ok';
      },
    );
    const runtime = world.process(store);
    // 600 KB that cannot be compressed much.
    const random = (i: number): string => Array.from({ length: 75 }, (_, j) => Math.imul(i * 75 + j + 1, 0x9e3779b1) >>> 0).join();
    for (let i = 0; i < 1000; i++) world.send(SHARD, `${i} ${random(i)}`, world.now);
    await deliver(world, runtime, SHARD, 0, 1000);
    await checkpointed(runtime);
    // Again, with the size of the first one known.
    world.send(SHARD, 'other', world.now);
    await deliver(world, runtime, SHARD, 1000, 1);
    await checkpointed(runtime);
    const buckets = (await checkpointed(runtime)).manifest?.buckets.length ?? 0;
    expect(buckets).toBeGreaterThan(3);

    written = 0;
    world.send(SHARD, 'other', world.now);
    await deliver(world, runtime, SHARD, 1001, 1);
    await checkpointed(runtime);
    expect(written).toBe(1);
    world.now += 2 * LOG_TTL;
    world.store.tables.state.expire(world.now);
    expect(await eventsCommitted(world)).toBe(1002);
    const { panes } = await world.rows('tumbling');
    expect(Object.keys(panes)).toHaveLength(1001);
    expect(Object.entries(panes).find(([name]) => name.endsWith(' other'))?.[1]).toEqual([1000, 1001]);
  });

  it('that another was faster to write does not keep its writer from the next one', async () => {
    const world = new World(1);
    const [one, other] = [world.process(), world.process()];
    for (let i = 0; i < 4; i++) {
      world.send(SHARD, 'a', world.now);
      await deliver(world, one, SHARD, i, 1);
    }
    await checkpointed(one);
    await checkpointed(other);
    world.send(SHARD, 'a', world.now);
    await deliver(world, other, SHARD, 4, 1);
    await checkpointed(other);
    const task = taskId(one, 'events', SHARD);
    const before = await world.store.checkpoints.manifest(task);
    // What it stands on is no longer there: it must find out, and write the one after.
    await deliver(world, one, SHARD, 4, 1);
    world.send(SHARD, 'a', world.now);
    await deliver(world, one, SHARD, 5, 1);
    await checkpointed(one);
    expect(await world.store.checkpoints.manifest(task)).toEqual(before);
    await checkpointed(one);
    expect(Number((await world.store.checkpoints.manifest(task))?.index)).toBe(Number(before?.index) + 1);
  });
});
