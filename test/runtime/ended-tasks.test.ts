import { describe, expect, it } from 'vitest';
import type { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { follow, heldName, type Part } from '../../lib/runtime/follow.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { readWindows } from '../../lib/runtime/read/windows.ts';
import { type Runtime, taskId, taskName } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { deliver, expectComplete, NEVER, World } from './world.ts';

/** An event into each open shard; which these are. */
async function sent(runtime: Runtime, world: World): Promise<string[]> {
  const open = (await world.streams.list('events')).filter((shard) => shard.open).map(({ shard }) => shard);
  for (const shard of open) {
    world.send(shard, `key of ${shard}`, world.now);
    await deliver(world, runtime, shard, world.streams.records('events', shard).length - 1, 1);
  }
  return open;
}

/** One shard is split, or two are merged, while a window of theirs is open. */
async function reshard(runtime: Runtime, world: World): Promise<void> {
  const open = await sent(runtime, world);
  world.streams.reshard('events', open, open.length === 1 ? 2 : 1);
  await tick(runtime, { deadline: NEVER });
}

/** The same again and again, half a minute each time; then nothing for long. */
async function reshardOften(runtime: Runtime, world: World, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await reshard(runtime, world);
    world.now += 30_000;
    await sent(runtime, world);
  }
  world.now += 600_000;
  for (let i = 0; i < 4; i++) await tick(runtime, { deadline: NEVER });
}

/** How many panes a process holds of tasks that have ended, and of how many of them. */
function endedIn(runtime: Runtime, tasks: readonly string[], part: Part = 'all'): { tasks: number; panes: number } {
  const states = tasks.flatMap((shard) => runtime.cache.get(heldName(taskId(runtime, 'events', shard), part))?.state ?? []);
  const ended = states.filter((state) => state.ended);
  const cells = ended.flatMap((state) =>
    [...state.views.values()].flatMap((view) => [...(view.held as AlignedState).cells.values()].flat()),
  );
  return { tasks: ended.length, panes: cells.reduce((sum, { panes }) => sum + panes.size, 0) };
}

describe('tasks of shards that are no more', () => {
  const world = new World(1);
  const warm = world.process();
  const listed = async (): Promise<string[]> => world.store.tasks.list({ application: 'test', stream: 'events' });

  it('take no memory once their windows are final, and no request at a tick', async () => {
    await reshardOften(warm, world, 4);
    const [few] = await tick(warm, { deadline: NEVER });
    await reshardOften(warm, world, 8);
    const [many] = await tick(warm, { deadline: NEVER });
    // By turns one shard ends and two do.
    expect(many?.tasks).toBe((few?.tasks ?? 0) + 12);
    expect(many?.units.requests).toBe(few?.units.requests);
    expect(endedIn(warm, await listed())).toEqual({ tasks: 0, panes: 0 });
  });

  it('take no request at a tick of a new process', async () => {
    const [open] = await tick(new World(1).process(), { deadline: NEVER });
    const [cold] = await tick(world.process(), { deadline: NEVER });
    expect(cold?.tasks).toBe((open?.tasks ?? 0) + 18);
    // The one that is open is read, as in a stream that never had another; that one was registered besides.
    expect(cold?.units.requests).toBeLessThanOrEqual(open?.units.requests ?? 0);
  });

  it('are read by a new process from a checkpoint that records it', async () => {
    const cold = world.process();
    for (const shard of await listed()) {
      const task = taskId(cold, 'events', shard);
      const held = await cold.cache.exclusive(taskName(task), () => follow(cold, cold.store, task));
      if (held.state.ended) expect([shard, held.debt.uncoveredEntries, held.manifest?.buckets.join('')]).toEqual([shard, 0, '']);
    }
    expect(endedIn(cold, await listed())).toEqual({ tasks: 18, panes: 0 });
  });

  it('leave the memory of readers, which have them from before', async () => {
    const reader = createReader(world.process(), { followEvery: 0 });
    const read = () => readWindows(reader, { view: 'tumbling', order: 'asc', limit: 10_000 });
    await reshard(warm, world);
    await read();
    expect(endedIn(reader.runtime, await listed(), 'tail').panes).toBeGreaterThan(0);
    world.now += 600_000;
    for (let i = 0; i < 4; i++) await tick(warm, { deadline: NEVER });
    await read();
    expect(endedIn(reader.runtime, await listed(), 'tail').panes).toBe(0);
  });

  it('are left out of what readers say to have seen, which is as long as there are shards that count', async () => {
    const reader = createReader(world.process(), { followEvery: 0 });
    const { asOf } = await readWindows(reader, { view: 'tumbling', order: 'asc', limit: 1 });
    const open = (await world.streams.list('events')).filter((shard) => shard.open).map(({ shard }) => shard);
    expect(Object.keys(asOf.tasks).sort()).toEqual(open.sort());
    // What was said before, of more of them, is still good.
    const all = Object.fromEntries((await listed()).map((shard) => [shard, 1]));
    await readWindows(reader, { view: 'tumbling', order: 'asc', limit: 1, asOf: { ...asOf, tasks: { ...all, ...asOf.tasks } } });
  });

  it('lose nothing by that', () => expectComplete(world));
});
