import { describe, expect, it } from 'vitest';
import { tick } from '../../lib/runtime/tick.ts';
import { deliver, expectExact, lateIds, NEVER, PLAN, World } from './world.ts';

const MINUTE = 60_000;
const [ONE, TWO] = ['shardId-000000000000', 'shardId-000000000001'] as const;

/** Two hours of events, four a minute in each shard, a second old when they arrive; every minute ends with a tick and `each`. */
async function twoHours(world: World, each: (minute: number) => Promise<void>): Promise<void> {
  for (let minute = 0; minute < 120; minute++) {
    for (let quarter = 0; quarter < 4; quarter++) {
      world.now += MINUTE / 4;
      for (const shard of [ONE, TWO]) world.send(shard, 'ab'.charAt(quarter % 2), world.now - 1000);
    }
    await each(minute);
    await tick(world.process(), { deadline: NEVER });
  }
}

async function deliverAll(world: World, shard: string, batch: number): Promise<void> {
  const runtime = world.process();
  for (let from = 0; from < world.streams.records('events', shard).length; from += batch) {
    await deliver(world, runtime, shard, from, batch);
    await tick(runtime, { deadline: NEVER });
  }
}

describe('a consumer that is down for two hours', () => {
  it('makes nothing late: records are waiting, so no shard is idle', async () => {
    const world = new World(2);
    await tick(world.process(), { deadline: NEVER });
    await twoHours(world, async () => {});
    expect((await world.rows('tumbling')).panes).toEqual({});
    // One shard catches up entirely before the other begins.
    await deliverAll(world, ONE, 100);
    await deliverAll(world, TWO, 37);
    await world.settle();
    await expectExact(world);
    for (const { name } of PLAN.views) expect(await lateIds(world, name)).toEqual([]);
  });

  it('holds results back for the shard that is stuck, and for no other reason', async () => {
    const world = new World(2);
    await tick(world.process(), { deadline: NEVER });
    const alive = world.process();
    await twoHours(world, async (minute) => {
      await deliver(world, alive, ONE, minute * 4, 4);
      // Current, but not final while the other shard's records wait.
      if (minute % 10 === 9) expect((await world.rows('tumbling')).finals.size).toBe(0);
    });
    await deliverAll(world, TWO, 100);
    await world.settle();
    await expectExact(world);
    for (const { name } of PLAN.views) expect(await lateIds(world, name)).toEqual([]);
  });
});
