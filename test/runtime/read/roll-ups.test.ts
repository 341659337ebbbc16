// Rows of more time than a window: each once, whatever the page and the order; final as long as all of it is there, and then gone.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Window } from '../../../lib/core/window.ts';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import type { ResultRow } from '../../../lib/runtime/read/query.ts';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { bagPlan, bagView } from '../../support/views.ts';
import { deliver, NEVER, TUMBLING, World } from '../world.ts';

const SHARD = 'shardId-000000000000';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** All roll-ups of key `a`, page by page. */
async function rollUps(world: World, every: number, order: 'asc' | 'desc', limit: number): Promise<ResultRow[]> {
  const reader = createReader(world.process(), { followEvery: 0 });
  const rows: ResultRow[] = [];
  let after: Window | undefined;
  let pages = 0;
  do {
    const page = await readKeyRows(reader, { view: 'tumbling', key: ['a'], order, limit, every, after });
    rows.push(...page.rows);
    after = page.next;
    expect(++pages, 'pages go on for ever').toBeLessThan(100);
  } while (after);
  return rows;
}

it('are the sum of their windows, in either order and on pages of any length', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 15 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (tens, times, limit, settled) => {
        const world = new World(1, bagPlan([bagView(TUMBLING, 0, 'tumbling')]));
        const sorted = tens.toSorted((a, b) => a - b);
        for (const ten of sorted) world.send(SHARD, 'a', 1_000_000 + ten * TUMBLING.size);
        await deliver(world, world.process(), SHARD, 0, sorted.length);
        if (settled) await world.settle();
        const every = times * TUMBLING.size;
        const byStart = Map.groupBy(sorted.keys(), (i) => Math.floor((1_000_000 + (sorted[i] as number) * TUMBLING.size) / every) * every);
        const expected = Array.from(byStart, ([start, ids]) => [new Date(start).toISOString(), ids]);
        for (const order of ['asc', 'desc'] as const) {
          const rows = await rollUps(world, every, order, limit);
          const found = rows.map(({ window_start, ids }) => [window_start, ids]);
          expect(order === 'asc' ? found : found.toReversed()).toEqual(expected);
        }
      },
    ),
    { numRuns: 40 },
  );
});

it.each([1, 40])('are final as they will always be, and gone once the first of their windows is, %i days later too', async (days) => {
  const minutes = { kind: 'tumbling', size: MINUTE, slide: MINUTE, offset: 0 } as const;
  const view = { ...bagView(minutes, 0, 'tumbling'), retention: 2 * HOUR };
  const world = new World(1, bagPlan([view], { idleTimeout: 30_000 }));
  world.now = 100 * HOUR;
  const runtime = world.process();
  const finals = new Map<unknown, unknown>();
  let gone = 0;
  for (let minute = 0; minute < 300; minute++) {
    world.now += MINUTE;
    if (minute < 120 || minute === 200) {
      world.send(SHARD, 'a', world.now);
      await deliver(world, runtime, SHARD, world.put.length - 1, 1);
    }
    await tick(runtime, { deadline: NEVER });
    if (minute % 10 !== 0) continue;
    const rows = (await rollUps(world, HOUR, 'asc', 2)).filter(({ final }) => final);
    for (const { window_start, ids } of rows) {
      // The first hour there is begins in the middle: of it there are 59 minutes.
      finals.set(window_start, finals.get(window_start) ?? ids);
      expect(ids, String(window_start)).toEqual(finals.get(window_start));
    }
    gone += finals.size - rows.length;
  }
  expect([...finals.values()].map((ids) => (ids as number[]).length)).toEqual([59, 60, 1]);
  expect(gone).toBeGreaterThan(0);
  world.now += days * 24 * HOUR;
  expect(await rollUps(world, HOUR, 'asc', 10)).toEqual([]);
});
