import { describe, expect, it } from 'vitest';
import type { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { follow } from '../../lib/runtime/follow.ts';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../lib/runtime/read/window-rows.ts';
import { type Runtime, taskId, taskName } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { rowKey } from '../../lib/store/items/keys.ts';
import { gatedStore } from '../support/gated-store.ts';
import { deliver, NEVER, World } from './world.ts';

const [ONE, TWO] = ['shardId-000000000000', 'shardId-000000000001'] as const;
const START = 1_000_000;
const MINUTE = 60_000;

/** An event now, as the only record of a batch or with another one. */
async function batch(world: World, runtime: Runtime, shard: string, records: 1 | 2): Promise<void> {
  const from = world.streams.records('events', shard).length;
  for (let i = 0; i < records; i++) world.send(shard, 'a', world.now);
  await deliver(world, runtime, shard, from, records);
}

/** Where the windows begin of which a task holds panes, as whoever reads its log anew sees it. */
async function held(world: World, shard: string): Promise<number[]> {
  const runtime = world.process();
  const task = taskId(runtime, 'events', shard);
  const { state } = await runtime.cache.exclusive(taskName(task), () => follow(runtime, world.store, task));
  return [...((state.views.get('tumbling')?.held as AlignedState | undefined)?.cells.keys() ?? [])];
}

describe('a task evicts panes that have been merged', () => {
  const trying = (world: World): Runtime => world.process(world.store, { trial: async () => 'survives' });

  it.each<[string, 1 | 2, (world: World, warm: Runtime) => Runtime]>([
    ['with its next entry', 2, (_, warm) => warm],
    ['with its next entry in another process', 2, (world) => world.process()],
    ['with its next entry, of a single record', 1, (_, warm) => warm],
  ])('%s', async (_, records, next) => {
    const world = new World(1);
    const runtime = world.process();
    await batch(world, runtime, ONE, 1);
    world.now += MINUTE;
    await batch(world, runtime, ONE, 1);
    // Closed, but not merged.
    await batch(world, runtime, ONE, 2);
    expect(await held(world, ONE)).toEqual([START, START + MINUTE]);
    await tick(world.process(), { deadline: NEVER });
    expect(await held(world, ONE)).toEqual([START, START + MINUTE]);
    await batch(world, next(world, runtime), ONE, records);
    expect(await held(world, ONE)).toEqual([START + MINUTE]);
  });

  it('with the next window it closes, where each record comes alone and its deliveries are counted', async () => {
    const world = new World(1);
    const runtime = trying(world);
    await batch(world, runtime, ONE, 1);
    world.now += MINUTE;
    await batch(world, runtime, ONE, 1);
    await tick(world.process(), { deadline: NEVER });
    await batch(world, runtime, ONE, 1);
    expect(await held(world, ONE)).toEqual([START, START + MINUTE]);
    world.now += MINUTE;
    await batch(world, runtime, ONE, 1);
    expect(await held(world, ONE)).toEqual([START + MINUTE, START + 2 * MINUTE]);
  });
});

it('a merge that was overtaken writes nothing: its states lack the panes that tasks have evicted', async () => {
  const world = new World(2);
  const handler = world.process();
  for (const shard of [ONE, TWO]) await batch(world, handler, shard, 1);
  world.now += MINUTE;
  for (const shard of [ONE, TWO]) await batch(world, handler, shard, 1);
  await tick(
    world.process(
      gatedStore(
        world.store,
        async () => {},
        (call) => (call.startsWith('results.') ? 'refused' : 'ok'),
      ),
    ),
    {
      deadline: NEVER,
    },
  ).catch(() => {});
  // It has read how far all was merged, and then another merges, and one of both tasks lets go.
  let overtaken = false;
  const slow = world.process(
    gatedStore(world.store, async (call) => {
      if (call !== 'tasks.registered' || overtaken) return;
      overtaken = true;
      // The lease of the one that stands still has expired by the other's clock.
      const other = { ...world.process(), clock: { now: () => world.now + MINUTE } };
      await mergeStream(other, other.store, 'events', NEVER);
      await batch(world, handler, ONE, 2);
    }),
  );
  const reports = await mergeStream(slow, slow.store, 'events', NEVER);
  expect(overtaken).toBe(true);
  expect(await held(world, ONE)).toEqual([START + MINUTE]);
  expect(await held(world, TWO)).toEqual([START, START + MINUTE]);
  expect(reports.map(({ windows }) => windows)).toEqual([0, 0]);
  const key = rowKey({ application: 'test', view: 'tumbling' }, 'a', { start: START, end: START + 10_000 });
  expect(await world.store.tables.results.get(key, true)).toMatchObject({ ids: [0, 1] });
});

it('a reader in the process of a task misses nothing when the task drops what was merged since it looked', async () => {
  const world = new World(1);
  const runtime = world.process();
  await batch(world, runtime, ONE, 1);
  world.now += MINUTE;
  await batch(world, runtime, ONE, 1);
  // It looks at the logs once a minute, and answers from that.
  const reader = createReader(runtime, { followEvery: MINUTE });
  const read = async (): Promise<unknown> => {
    const window = { start: START, end: START + 10_000 };
    const { rows } = await readWindowRows(reader, { view: 'tumbling', window, orderBy: [], limit: 10 });
    return rows.map(({ ids, final }) => [ids, final]);
  };
  expect(await read()).toEqual([[[0], false]]);
  await tick(world.process(), { deadline: NEVER });
  await batch(world, runtime, ONE, 2);
  expect(await read()).toEqual([[[0], false]]);
  world.now += MINUTE;
  expect(await read()).toEqual([[[0], true]]);
});

it('what a client has seen final is not open again, in a process that looked before it was merged', async () => {
  const world = new World(1);
  await batch(world, world.process(), ONE, 1);
  world.now += MINUTE;
  await batch(world, world.process(), ONE, 1);
  const reader = () => createReader(world.process(), { followEvery: MINUTE });
  const query = { view: 'tumbling', window: { start: START, end: START + 10_000 }, orderBy: [], limit: 10 } as const;
  const early = reader();
  expect((await readWindowRows(early, query)).rows).toMatchObject([{ final: false }]);
  await tick(world.process(), { deadline: NEVER });
  const { rows, asOf } = await readWindowRows(reader(), query);
  expect(rows).toMatchObject([{ final: true }]);
  expect((await readWindowRows(early, query)).rows).toMatchObject([{ final: false }]);
  expect((await readWindowRows(early, { ...query, asOf })).rows).toMatchObject([{ final: true }]);
});
