import { expect, it } from 'vitest';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { bagPlan, bagView } from '../../support/views.ts';
import { deliver, World } from '../world.ts';

const SHARD = 'shardId-000000000000';

// Windows that begin at one time end at several; one that no task holds any more may be final as soon as the shortest can be.
it.each([
  ['a session', { kind: 'session', gap: 5000 } as const, 1_000_000],
  ['a stagger window', { kind: 'stagger', size: 5000 } as const, 1_000_000],
  ['a tumbling window', { kind: 'tumbling', size: 5000, slide: 5000, offset: 0 } as const, 1_000_000],
  ['a cumulate window', { kind: 'cumulate', size: 20_000, slide: 5000, offset: 0 } as const, 1_000_000],
])('a final window is found by its start alone: %s', async (_, window, start) => {
  const world = new World(1, bagPlan([bagView(window, 0)], { idleTimeout: 30_000 }));
  world.now = start;
  world.send(SHARD, 'a', start);
  await deliver(world, world.process(), SHARD, 0, 1);
  await world.settle();
  const reader = createReader(world.process(), { followEvery: 0 });
  const query = { view: 'bags', window: { start, end: undefined }, orderBy: [], limit: 10 };
  const { rows } = await readWindowRows(reader, query);
  expect(rows).toMatchObject([{ k: 'a', ids: [0], final: true }]);
});
