import { describe, expect, it } from 'vitest';
import type { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { CheckpointDebt } from '../../lib/core/checkpoint-debt.ts';
import { emptyState } from '../../lib/core/state.ts';
import { checkpointDue } from '../../lib/runtime/checkpoint.ts';
import { LIMITS } from '../../lib/runtime/limits.ts';
import { createRuntime, taskId } from '../../lib/runtime/runtime.ts';
import { gatedStore } from '../support/gated-store.ts';
import { bagView } from '../support/views.ts';
import { checkpointed, deliver, eventsCommitted, incompressible, PLAN, TUMBLING, World } from './world.ts';

const SHARD = 'shardId-000000000000';
const KB = 1024;
const HOUR = 3_600_000;
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
    ['not at a quarter of the time entries are kept', false, { bytes: KB, entries: 1, age: LIMITS.logTtl / 4 }],
    ['past a quarter of the time entries are kept', true, { bytes: KB, entries: 1, age: LIMITS.logTtl / 4 + 1 }],
  ])('%s', (_, due, { checkpoint: checkpointBytes = 0, bytes = 0, entries = 0, age }) => {
    const debt = new CheckpointDebt();
    debt.uncoveredBytes = bytes;
    debt.uncoveredEntries = entries;
    if (age !== undefined) debt.oldestUncovered = NOW - age;
    expect(checkpointDue(LIMITS, { state: emptyState(), debt, manifest: undefined, checkpointBytes }, NOW)).toBe(due);
  });
});

describe('a checkpoint', () => {
  //  buckets   0 ─ 1 ─ 2 ─ … ─ n      one key changes: one bucket is written, the others are used again, as long as they are needed
  it('writes only changed buckets, and releases only the replaced ones', async () => {
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
    for (let i = 0; i < 1000; i++) world.send(SHARD, `${i} ${incompressible(i, 75)}`, world.now);
    await deliver(world, runtime, SHARD, 0, 1000);
    await checkpointed(runtime, SHARD);
    // Again, with the size of the first one known.
    world.send(SHARD, 'other', world.now);
    await deliver(world, runtime, SHARD, 1000, 1);
    await checkpointed(runtime, SHARD);
    const buckets = (await checkpointed(runtime, SHARD)).manifest?.buckets.length ?? 0;
    expect(buckets).toBeGreaterThan(3);

    written = 0;
    world.send(SHARD, 'other', world.now);
    await deliver(world, runtime, SHARD, 1001, 1);
    await checkpointed(runtime, SHARD);
    expect(written).toBe(1);
    world.now += 2 * LIMITS.logTtl;
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
    await checkpointed(one, SHARD);
    await checkpointed(other, SHARD);
    world.send(SHARD, 'a', world.now);
    await deliver(world, other, SHARD, 4, 1);
    await checkpointed(other, SHARD);
    const task = taskId(one, 'events', SHARD);
    const before = await world.store.checkpoints.manifest(task);
    // What it stands on is no longer there: it must find out, and write the one after.
    await deliver(world, one, SHARD, 4, 1);
    world.send(SHARD, 'a', world.now);
    await deliver(world, one, SHARD, 5, 1);
    await checkpointed(one, SHARD);
    expect(await world.store.checkpoints.manifest(task)).toEqual(before);
    await checkpointed(one, SHARD);
    expect(Number((await world.store.checkpoints.manifest(task))?.index)).toBe(Number(before?.index) + 1);
  });

  //  new ── a ── b ────────────── c ──▶     code from before the view was added, still running, meets a and b:
  //  old         ╳ no checkpoint             one of its own would leave the view's part of them out
  it('is not written by code that does not know a view yet which other code has: its part of the entries would be lost', async () => {
    const world = new World(1);
    const without = { ...PLAN, views: PLAN.views.filter(({ name }) => name !== 'hopping') };
    const old = createRuntime({ plan: without, store: world.store, shards: world.streams, clock: { now: () => world.now } });
    const manifest = () => world.store.checkpoints.manifest(taskId(old, 'events', SHARD));
    for (const k of ['a', 'b', 'c']) world.send(SHARD, k, world.now);
    await deliver(world, world.process(), SHARD, 0, 2);
    await checkpointed(old, SHARD);
    expect(await manifest()).toBeUndefined();
    await deliver(world, world.process(), SHARD, 2, 1);
    await checkpointed(world.process(), SHARD);
    // Nor does what it writes after one that it found.
    const before = await manifest();
    expect(before?.index).toBe(3);
    world.now += 10_000;
    world.send(SHARD, 'd', world.now);
    await deliver(world, old, SHARD, 3, 1);
    await checkpointed(old, SHARD);
    expect(await manifest()).toEqual(before);
    const { state } = await checkpointed(world.process(), SHARD);
    expect((state.views.get('hopping')?.held as AlignedState | undefined)?.cells.get(world.now - 10_000)?.[0]?.panes.size).toBe(3);
  });

  it('holds nothing of a view that was left out, so that one of its name starts afresh, whatever its form', async () => {
    const world = new World(1);
    for (let i = 0; i < 1000; i++) world.send(SHARD, `${i} ${incompressible(i, 75)}`, world.now);
    const first = world.process();
    await deliver(world, first, SHARD, 0, 1000);
    expect((await checkpointed(first, SHARD)).manifest?.buckets.length).toBeGreaterThan(1);
    const without = { ...PLAN, views: PLAN.views.filter(({ name }) => name !== 'hopping') };
    const options = { store: world.store, shards: world.streams, clock: { now: () => world.now } };
    const second = createRuntime({ ...options, plan: without });
    const begun = world.now;
    world.now += 2 * HOUR;
    world.send(SHARD, 'a', world.now);
    await deliver(world, second, SHARD, 1000, 1);
    await checkpointed(second, SHARD);
    const another = { ...without, views: [...without.views, bagView(TUMBLING, 0, 'hopping')] };
    for (const plan of [PLAN, another]) {
      const { views } = (await checkpointed(createRuntime({ ...options, plan }), SHARD)).state;
      expect(views.get('hopping')).toBeUndefined();
      expect((views.get('tumbling')?.held as AlignedState | undefined)?.cells.get(begun)?.[0]?.panes.size).toBe(1000);
    }
  });
});
