import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { deliver, NEVER, World } from './world.ts';

const SHARD = 'shardId-000000000000';
const FIRST = 'arn:aws:kinesis:eu-central-1:1:stream/clicks, created 2026-01-01T00:00:00.000Z';
const OTHERS = [
  ['another stream', 'arn:aws:kinesis:eu-central-1:1:stream/other, created 2026-01-01T00:00:00.000Z'],
  ['a stream made anew under its name', 'arn:aws:kinesis:eu-central-1:1:stream/clicks, created 2026-03-01T00:00:00.000Z'],
] as const;

/** A process to which Kinesis says which stream it reads; `undefined`: it does not answer. */
function pointedAt(world: World, identity: string | undefined) {
  const { streams } = world;
  const shards = {
    list: streams.list.bind(streams),
    probe: streams.probe.bind(streams),
    identity: async () => {
      if (identity === undefined) throw new MillraceError('unavailable', 'Kinesis is away');
      return identity;
    },
  };
  return world.process(world.store, { shards });
}

async function withOneEvent(): Promise<World> {
  const world = new World(1);
  world.send(SHARD, 'a', world.now);
  await deliver(world, pointedAt(world, FIRST), SHARD, 0, 1);
  world.send(SHARD, 'b', world.now);
  return world;
}

describe('an application that is pointed at another stream', () => {
  it.each(OTHERS)('takes nothing of %s, be its records new or of numbers that were taken, and says how to go over', async (_, other) => {
    const world = await withOneEvent();
    const runtime = pointedAt(world, other);
    for (const [from, size] of [
      [0, 1],
      [1, 1],
      [0, 2],
    ] as const) {
      await expect(deliver(world, runtime, SHARD, from, size)).rejects.toMatchObject({
        code: 'incompatible',
        message: expect.stringMatching(/is now .*its logs are of .*rename the application/s),
      });
    }
    await expect(tick(runtime, { deadline: NEVER })).rejects.toMatchObject({ code: 'incompatible' });
    expect((await deliver(world, pointedAt(world, FIRST), SHARD, 0, 2)).events).toBe(1);
  });

  it('goes on counting while Kinesis cannot say which stream it is, but leaves nothing out as taken', async () => {
    const world = await withOneEvent();
    const runtime = pointedAt(world, undefined);
    expect((await deliver(world, runtime, SHARD, 1, 1)).events).toBe(1);
    await expect(deliver(world, runtime, SHARD, 0, 1)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await deliver(world, pointedAt(world, FIRST), SHARD, 0, 2)).events).toBe(0);
  });

  it('looks again before it leaves anything out: a container may outlive its stream', async () => {
    const world = await withOneEvent();
    let identity: string = FIRST;
    const shards = {
      list: world.streams.list.bind(world.streams),
      probe: world.streams.probe.bind(world.streams),
      identity: async () => identity,
    };
    const runtime = world.process(world.store, { shards });
    expect((await deliver(world, runtime, SHARD, 0, 2)).events).toBe(1);
    identity = OTHERS[1][1];
    world.now += 120_000;
    await expect(deliver(world, runtime, SHARD, 0, 2)).rejects.toMatchObject({ code: 'incompatible' });
  });
});
