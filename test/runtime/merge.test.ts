import { expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { gatedStore } from '../support/gated-store.ts';
import { deliver, expectComplete, NEVER, World, watermarks } from './world.ts';

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

it('a view that cannot be merged holds no other', async () => {
  const world = new World(1);
  const [shard] = SHARDS as [string];
  await tick(world.process(), { deadline: NEVER });
  world.now += 60_000;
  for (const second of [1000, 1010, 1025]) world.send(shard, 'a', second * 1000);
  await deliver(world, world.process(), shard, 0, 3);
  const { results } = world.store;
  const putPages: typeof results.putPages = async (view, pages) => {
    if (view.view === 'tumbling') throw new RangeError('its pages cannot be written');
    return results.putPages(view, pages);
  };
  const failing = { ...world.store, metered: () => failing, results: { ...results, putPages } };
  await expect(mergeStream(world.process(failing), failing, 'events', NEVER)).rejects.toThrow('its pages cannot be written');
  expect((await world.rows('hopping')).finals.size).toBeGreaterThan(0);
  expect((await world.rows('tumbling')).finals.size).toBe(0);
});

//  shard 0   a(1000 s) ── a(1025 s) ──▶      task: registered by its first batch, which asks for a merge
//  shard 1   b(1000 s) ────────────▶         no task yet: nobody knows how far it has come
it('nothing is merged before every shard of a listing has a task: what waits in the others would be late', async () => {
  const world = new World(SHARDS.length);
  const [first, second] = SHARDS as [string, string];
  world.now += 60_000;
  world.send(second, 'b', 1_000_000);
  for (const at of [1_000_000, 1_025_000]) world.send(first, 'a', at);
  const runtime = world.process();
  await deliver(world, runtime, first, 0, 2);
  expect(Object.keys(await watermarks(world))).toEqual([first]);
  expect((await mergeStream(runtime, runtime.store, 'events', NEVER)).flatMap(({ windows }) => windows)).toEqual([]);
  await deliver(world, runtime, second, 0, 1);
  await world.settle();
  await expectComplete(world);
});
