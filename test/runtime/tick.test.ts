import { expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { deliver, NEVER, PLAN, World } from './world.ts';

const [SHARD] = ['shardId-000000000000'] as const;
const STREAMS = ['events', 'others', 'more'] as const;

/** Three streams, of which the second is the one the world's events go to. */
function worldOf(): World {
  const [stream] = PLAN.streams as [(typeof PLAN.streams)[number]];
  const world = new World(1, { ...PLAN, streams: ['others', 'events', 'more'].map((name) => ({ ...stream, name })) });
  for (const name of ['others', 'more']) world.streams.addShards(name, 1);
  return world;
}

it.each([
  ['one', ['others'], { code: 'unavailable', message: 'others is away' }],
  ['some', ['others', 'more'], { errors: [{ message: 'others is away' }, { message: 'more is away' }] }],
])('a tick that fails for %s of the streams does what it can for the others, and then says so', async (_, away, error) => {
  const world = worldOf();
  world.send(SHARD, 'a', world.now);
  const list = async (stream: string) => {
    if (away.includes(stream)) throw new MillraceError('unavailable', `${stream} is away`);
    return world.streams.list(stream);
  };
  const runtime = world.process(world.store, { shards: { list, probe: world.streams.probe.bind(world.streams) } });
  await deliver(world, runtime, SHARD, 0, 1);
  world.now += 600_000;
  await expect(tick(runtime, { deadline: NEVER })).rejects.toMatchObject(error);
  expect((await world.rows('tumbling')).finals.size).toBe(1);
  for (const stream of STREAMS) {
    expect(await world.store.tasks.list({ application: 'test', stream })).toEqual(away.includes(stream) ? [] : [SHARD]);
  }
});
