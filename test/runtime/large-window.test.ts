import { expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { deliver, expectExact, incompressible, NEVER, World } from './world.ts';

const SHARD = 'shardId-000000000000';
const KEYS = 1200;

/** Counts how often each row is put; `afterRows` is called whenever some were. */
function counting(world: World, afterRows: () => void): { runtime: Runtime; puts: Map<string, number> } {
  const puts = new Map<string, number>();
  const { results, ...rest } = world.store;
  const store = {
    ...rest,
    metered: () => store,
    results: {
      ...results,
      putRows: async (...[view, rows]: Parameters<typeof results.putRows>) => {
        for (const { key, start } of rows) {
          const name = `${view.view} ${start} ${key}`;
          puts.set(name, (puts.get(name) ?? 0) + 1);
        }
        await results.putRows(view, rows);
        afterRows();
      },
    },
  };
  return { runtime: world.process(store), puts };
}

//  deadline     ─────┤      ─────┤      ─────┤
//  wave           0  │         1 │         2 │  …  window
it('a window too large for one invocation is written by several, and each of its rows once', async () => {
  const world = new World(1);
  await tick(world.process(), { deadline: NEVER });
  // Some 500 KB when packed: 32 pages.
  for (let i = 0; i < KEYS; i++) world.send(SHARD, `${i} ${incompressible(i, 75)}`, world.now);
  world.now += 60_000;
  world.send(SHARD, 'a', world.now);
  await deliver(world, world.process(), SHARD, 0, KEYS + 1);
  const { runtime, puts } = counting(world, () => {
    world.now += 10_000;
  });
  // Each past its deadline as soon as anything was written: none of the first views' windows is there before their last page.
  const merge = () => mergeStream(runtime, runtime.store, 'events', world.now + 5_000);
  await merge();
  expect((await world.rows('tumbling')).finals.size).toBe(0);
  for (let merges = 0; merges < 12; merges++) await merge();
  await world.settle();
  await expectExact(world);
  expect(new Set(puts.values())).toEqual(new Set([1]));
});
