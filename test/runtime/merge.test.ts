import { expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { gatedStore } from '../support/gated-store.ts';
import { deliver, NEVER, World } from './world.ts';

const SHARDS = ['shardId-000000000000', 'shardId-000000000001'];

it('merges asked for at the same time in one process write each window once', async () => {
  const world = new World(SHARDS.length);
  await tick(world.process(), { deadline: NEVER });
  world.now += 60_000;
  // The last event closes the first two windows of `tumbling`, [1000 s, 1010 s) and [1010 s, 1020 s), and of `hopping`
  // [995 s, 1005 s), [1000 s, 1010 s) and [1005 s, 1015 s), which take events for five seconds more.
  for (const shard of SHARDS) for (const second of [1000, 1010, 1025]) world.send(shard, 'a', second * 1000);
  let windows = 0;
  const calm = async (): Promise<void> => {};
  const counted = gatedStore(world.store, calm, (call) => {
    if (call === 'results.putWindow') windows++;
    return 'ok';
  });
  const runtime = world.process(counted);
  for (const shard of SHARDS) await deliver(world, runtime, shard, 0, 3);

  await Promise.all(SHARDS.concat(SHARDS).map(() => mergeStream(runtime, runtime.store, 'events', NEVER)));
  expect(windows).toBe(2 + 3);
});
