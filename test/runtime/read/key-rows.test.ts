import { expect, it } from 'vitest';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import type { Store } from '../../../lib/store/ports.ts';
import { deliver, World } from '../world.ts';

const SHARD = 'shardId-000000000000';

it.each(['asc', 'desc'] as const)('a page of five rows reads five final windows, however many there are: %s', async (order) => {
  const world = new World(1);
  for (let i = 0; i < 300; i++) {
    world.now += 10_000;
    world.send(SHARD, 'a', world.now);
  }
  await deliver(world, world.process(), SHARD, 0, 300);
  await world.settle();
  let pages = 0;
  const counting = (store: Store): Store => ({
    ...store,
    metered: (meter) => counting(store.metered(meter)),
    results: {
      ...store.results,
      pages: async (...args) => {
        const found = await store.results.pages(...args);
        pages += found.length;
        return found;
      },
    },
  });
  const reader = createReader(world.process(counting(world.store)), { followEvery: 0 });
  const query = { view: 'tumbling', key: ['a'], order };
  const { rows, next } = await readKeyRows(reader, { ...query, limit: 5 });
  expect([rows.length, pages]).toEqual([5, 5]);
  // All of it takes each window once.
  const rest = await readKeyRows(reader, { ...query, limit: 1000, after: next });
  expect([rest.rows.length, pages]).toEqual([295, 300]);
});
