import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import type { Probe, ShardSource } from '../../lib/runtime/shard-source.ts';
import { moveSilent } from '../../lib/runtime/silence.ts';
import { tick } from '../../lib/runtime/tick.ts';
import type { Store } from '../../lib/store/ports.ts';
import { bagPlan, bagView } from '../support/views.ts';
import { deliver, NEVER, TUMBLING, World, watermarks } from './world.ts';

const [ONE, TWO] = ['shardId-000000000000', 'shardId-000000000001'] as const;
const START = 1_000_000;
const SILENT: Probe = { empty: true, millisBehindLatest: 0, drained: false };

// maxOutOfOrderness is 2 s, idleTimeout 30 s.

/** An event in each shard named, that happens as it arrives; in no shard a task before. */
async function eventsNow(world: World, ...shards: readonly string[]): Promise<void> {
  for (const shard of shards) {
    world.send(shard, 'a', world.now);
    await deliver(world, world.process(), shard, 0, 100);
  }
}

/** Moves silent tasks, with `probe` in place of what the stream would say. */
async function moved(world: World, probe?: (shard: string) => Probe | Promise<Probe>): Promise<number> {
  const shards: ShardSource = {
    list: (stream) => world.streams.list(stream),
    probe: async (stream, shard, after) => (probe ? probe(shard) : world.streams.probe(stream, shard, after)),
  };
  const runtime = world.process(world.store, { shards });
  return moveSilent(runtime, world.store, 'events', NEVER);
}

describe('an idle task', () => {
  it('follows the slowest of those that are not', async () => {
    const world = new World(2);
    await eventsNow(world, ONE);
    world.now += 40_000;
    await eventsNow(world, TWO);
    world.now += 5_000;
    expect(await moved(world)).toBe(1);
    expect(await watermarks(world)).toEqual({ [ONE]: START + 38_000, [TWO]: START + 38_000 });
  });

  it('continues from the latest clock if all are idle, even if it never had an event', async () => {
    const world = new World(2);
    await tick(world.process(), { deadline: NEVER });
    await eventsNow(world, ONE);
    world.now += 100_000;
    // 2 s behind its event, plus the 100 s since, less the 30 s that it takes to be silent.
    expect(await moved(world)).toBe(2);
    expect(await watermarks(world)).toEqual({ [ONE]: START + 68_000, [TWO]: START + 68_000 });
  });

  it('goes on from the clock of its parents when it never had an event: what they hold waits for it', async () => {
    const world = new World(2);
    await tick(world.process(), { deadline: NEVER });
    await eventsNow(world, ONE);
    // The child begins at the least watermark of its parents, and one of them never had an event either.
    const [child] = world.streams.reshard('events', [ONE, TWO], 1) as [string];
    await tick(world.process(), { deadline: NEVER });
    expect((await watermarks(world))[child]).toBe(Number.NEGATIVE_INFINITY);
    world.now += 100_000;
    expect(await moved(world)).toBe(1);
    expect((await watermarks(world))[child]).toBe(START + 68_000);
  });

  it('does not pass what its own proof covers, though the clock by which others go on is ahead', async () => {
    const world = new World(2);
    await eventsNow(world, ONE);
    world.now += 40_000;
    const proved = world.now;
    world.now += 60_000;
    await eventsNow(world, TWO);
    world.now = proved;
    expect(await moved(world)).toBe(1);
    expect(await watermarks(world)).toEqual({ [ONE]: proved - 2_000, [TWO]: proved + 58_000 });
  });

  it('is not looked at where nobody waits for time', async () => {
    const world = new World(2);
    await eventsNow(world, ONE, TWO);
    await world.settle();
    const looked: string[] = [];
    const probe = (shard: string): Probe => {
      looked.push(shard);
      return SILENT;
    };
    world.now += 600_000;
    expect(await moved(world, probe)).toBe(0);
    expect(looked).toEqual([]);
  });

  it('does not move when an event was committed since it was looked at', async () => {
    const world = new World(2);
    await eventsNow(world, ONE);
    world.now += 40_000;
    await eventsNow(world, TWO);
    const probe = async (): Promise<Probe> => {
      await eventsNow(world, ONE);
      return SILENT;
    };
    expect(await moved(world, probe)).toBe(0);
    expect(await watermarks(world)).toEqual({ [ONE]: START + 38_000, [TWO]: START + 38_000 });
  });
});

describe('no task is idle', () => {
  it.each<[string, Probe]>([
    ['while a record waits', { ...SILENT, empty: false }],
    ['while the answer is behind, though it is empty', { ...SILENT, millisBehindLatest: 1 }],
    ['whose shard is closed and drained: that says nothing of its children', { ...SILENT, drained: true }],
  ])('%s', async (_, answer) => {
    const world = new World(2);
    await eventsNow(world, ONE);
    world.now += 40_000;
    await eventsNow(world, TWO);
    expect(await moved(world, () => answer)).toBe(0);
    expect(await watermarks(world)).toEqual({ [ONE]: START - 2_000, [TWO]: START + 38_000 });
  });

  it('before the idle timeout has passed', async () => {
    const world = new World(2);
    await eventsNow(world, ONE);
    world.now += 29_999;
    await eventsNow(world, TWO);
    expect(await moved(world, () => SILENT)).toBe(0);
    world.now += 1;
    expect(await moved(world, () => SILENT)).toBe(1);
  });
});

it('nothing is written while no task holds panes that wait for time', async () => {
  const world = new World(2);
  await eventsNow(world, ONE, TWO);
  await world.settle();
  const before = await watermarks(world);
  world.now += 600_000;
  expect(await moved(world)).toBe(0);
  expect(await watermarks(world)).toEqual(before);
});

it('time goes on where the pending spans of one view cannot be read, and the merge of that view says so', async () => {
  const views = [bagView({ kind: 'session', gap: 15_000 }, 0, 'sessions'), bagView(TUMBLING, 0, 'tumbling')];
  const world = new World(2, bagPlan(views, { maxOutOfOrderness: 2_000, idleTimeout: 30_000 }));
  await eventsNow(world, ONE, TWO);
  await world.settle();
  expect(await moved(world)).toBe(0);
  const { checkpoints } = world.store;
  const buckets: typeof checkpoints.buckets = async (task, ids) => {
    if (task.shard === 'open sessions') throw new MillraceError('corrupt', 'what sessions carry on is damaged');
    return checkpoints.buckets(task, ids);
  };
  const damaged: Store = { ...world.store, metered: () => damaged, checkpoints: { ...checkpoints, buckets } };
  world.now += 600_000;
  await expect(tick(world.process(damaged), { deadline: NEVER })).rejects.toThrow('what sessions carry on is damaged');
  // 2 s behind its event, plus the time since, less the 30 s that it takes to be silent.
  expect(await watermarks(world)).toEqual({ [ONE]: world.now - 32_000, [TWO]: world.now - 32_000 });
});
