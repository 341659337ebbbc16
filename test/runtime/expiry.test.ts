import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/runtime/limits.ts';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { taskId } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { indexKey, taskPartition } from '../../lib/store/items/keys.ts';
import { checkpointed, deliver, eventsCommitted, expectComplete, NEVER, World } from './world.ts';

const DAY = 86_400_000;
const SHARD = 'shardId-000000000000';

/** Deletes entries of the log, whatever is left of their time: DynamoDB deletes what has expired in no order. */
async function deleted(world: World, from: number): Promise<void> {
  const { state } = world.store.tables;
  const pk = taskPartition(taskId(world.process(), 'events', SHARD), 'log');
  for (const { sk } of await state.query({ pk, from: indexKey(from), consistent: true }))
    await state.update({ pk, sk }, { set: { ttl: 0 } });
  world.store.expire(0);
}

describe('a process that wakes when entries have expired', () => {
  //  entries   1 ─ 2 ─ 3 ─ 4 ─ 5 ─ … ─ 9
  //                    └ the sleeper's   └ a checkpoint
  it.each([
    ['all of them are gone', 1],
    ['its own is still there, later ones are gone', 4],
  ])('does not go on from what it remembers: %s', async (_, from) => {
    const world = new World(1);
    const [sleeper, other] = [world.process(), world.process()];
    await tick(other, { deadline: NEVER });
    for (let i = 0; i < 8; i++) {
      world.now += 1000;
      world.send(SHARD, 'a', world.now);
      await deliver(world, i < 2 ? sleeper : other, SHARD, i, 1);
    }
    await checkpointed(other, SHARD);
    world.now += LIMITS.logTtl + DAY;
    await deleted(world, from);
    world.send(SHARD, 'a', world.now);
    await deliver(world, sleeper, SHARD, 1, 8);
    await world.settle();
    await expectComplete(world);
  });

  it('refuses a log that begins with a gap no checkpoint covers, and writes nothing', async () => {
    const world = new World(1);
    for (let i = 0; i < 3; i++) {
      world.send(SHARD, 'a', world.now);
      await deliver(world, world.process(), SHARD, i, 1);
    }
    const { state } = world.store.tables;
    const pk = taskPartition(taskId(world.process(), 'events', SHARD), 'log');
    await state.update({ pk, sk: indexKey(2) }, { set: { ttl: 0 } });
    world.store.expire(0);
    const before = await state.query({ pk, consistent: true });
    world.send(SHARD, 'a', world.now);
    await expect(deliver(world, world.process(), SHARD, 0, 4)).rejects.toMatchObject({ code: 'gap' });
    expect(await state.query({ pk, consistent: true })).toEqual(before);
  });
});

describe('entries are covered by a checkpoint before they can expire', () => {
  /** Forty days, with an event on the first of them; what has expired is deleted every day. */
  async function fortyDays(events: number, each: (world: World, event: number | undefined) => Promise<void>): Promise<void> {
    const world = new World(1);
    await tick(world.process(), { deadline: NEVER });
    for (let day = 0; day < 40; day++) {
      world.now += DAY;
      if (day < events) world.send(SHARD, 'a', world.now);
      await each(world, day < events ? day : undefined);
      world.store.expire(world.now);
    }
    world.send(SHARD, 'b', world.now);
    await deliver(world, world.process(), SHARD, 0, 100);
    await world.settle();
    expect(await eventsCommitted(world)).toBe(events + 1);
    // Older results have expired as well.
    const recent = world.put.filter(({ at }) => at > world.now - 20 * DAY).map(({ id }) => id);
    const counted = Object.values((await world.rows('tumbling')).panes).flat() as number[];
    expect(counted.filter((id) => id >= (recent[0] as number))).toEqual(recent);
  }

  it.each([
    ['where an event comes every day', 40],
    ['where none comes after the first', 1],
  ])('by the tick: %s', async (_, events) => {
    await fortyDays(events, async (world, event) => {
      if (event !== undefined) await deliver(world, world.process(), SHARD, event, 1);
      await tick(world.process(), { deadline: NEVER });
    });
  });

  it('by batches, without a tick', async () => {
    await fortyDays(40, async (world, event) => {
      const runtime = world.process();
      await deliver(world, runtime, SHARD, event as number, 1);
      await mergeStream(runtime, runtime.store, 'events', NEVER);
    });
  });
});
