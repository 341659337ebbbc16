import { describe, expect, it } from 'vitest';
import { emptyState, type TaskState } from '../../lib/core/state.ts';
import { leastWatermark } from '../../lib/runtime/merge.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { readHealth } from '../../lib/runtime/read/health.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import type { ShardInfo } from '../../lib/runtime/shard-source.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { deliver, expectComplete, lateIds, NEVER, World, watermarks } from './world.ts';

const [ONE, TWO, THREE] = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002'] as const;
const START = 1_000_000;
const NONE = Number.NEGATIVE_INFINITY;

/** A process that is shown another list of shards: always, or when it asks first. */
function shown(world: World, list: readonly ShardInfo[], times = NEVER) {
  let asked = 0;
  const shards = {
    list: async (stream: string) => (asked++ < times ? list : world.streams.list(stream)),
    probe: world.streams.probe.bind(world.streams),
  };
  return world.process(world.store, { shards });
}

/** One shard, whose first window is final. */
async function withFinalWindow(): Promise<World> {
  const world = new World(1);
  world.send(ONE, 'a', START);
  world.now += 60_000;
  world.send(ONE, 'a', world.now);
  await deliver(world, world.process(), ONE, 0, 2);
  await tick(world.process(), { deadline: NEVER });
  return world;
}

describe('a shard that comes of others', () => {
  it('starts where the slowest of its parents ended, and not before they are drained', async () => {
    const world = new World(2);
    world.send(ONE, 'a', START);
    world.send(TWO, 'a', START - 7_000);
    world.streams.reshard('events', [ONE, TWO], 1);
    world.send(THREE, 'a', START - 9_000);
    const child = () => deliver(world, world.process(), THREE, 0, 1);
    await expect(child()).rejects.toMatchObject({ code: 'unavailable' });
    await deliver(world, world.process(), ONE, 0, 1);
    await expect(child()).rejects.toMatchObject({ code: 'unavailable' });
    await tick(world.process(), { deadline: NEVER });
    expect(Object.keys(await watermarks(world))).toEqual([ONE, TWO]);
    await deliver(world, world.process(), TWO, 0, 1);
    await tick(world.process(), { deadline: NEVER });
    expect(await watermarks(world)).toEqual({ [ONE]: START - 2_000, [TWO]: START - 9_000, [THREE]: START - 9_000 });
    await child();
    await world.settle();
    await expectComplete(world);
  });

  it('takes what is late for its parents as late: no event goes into a window that is final', async () => {
    const world = await withFinalWindow();
    expect((await world.rows('tumbling')).finals).toEqual(new Set([`${START} a`]));
    world.streams.reshard('events', [ONE], 2);
    for (const [i, shard] of [TWO, THREE].entries()) {
      world.send(shard, 'a', START + i);
      world.send(shard, 'a', world.now);
      await deliver(world, world.process(), shard, 0, 2);
    }
    await world.settle();
    await expectComplete(world);
    const { panes, finals } = await world.rows('tumbling');
    expect(panes).toEqual({ [`${START} a`]: [0], [`${START + 60_000} a`]: [1, 3, 5] });
    expect(finals.size).toBe(2);
  });

  it('starts afresh when Kinesis has forgotten its parents and no task read them', async () => {
    const world = new World(1);
    world.send(ONE, 'a', START);
    const runtime = shown(world, [{ shard: ONE, parents: [TWO], open: true }]);
    await deliver(world, runtime, ONE, 0, 1);
    expect(await watermarks(world)).toEqual({ [ONE]: START - 2_000 });
  });

  it('takes what belongs into final windows as late, when Kinesis has forgotten its parents and no task read them', async () => {
    const world = await withFinalWindow();
    // While nothing ran, the shard was split, its child as well, and both are past their retention.
    const [, second] = [...world.streams.reshard('events', [ONE], 1), ...world.streams.reshard('events', [TWO], 1)] as [string, string];
    const shards = shown(world, [{ shard: second, parents: [TWO], open: true }]);
    world.send(second, 'a', START + 1);
    world.send(second, 'a', world.now + 1);
    await deliver(world, shards, second, 0, 2);
    expect(await lateIds(world, 'tumbling')).toEqual([2]);
    await tick(shards, { deadline: NEVER });
    expect((await world.rows('tumbling')).panes).toEqual({ [`${START} a`]: [0], [`${START + 60_000} a`]: [1, 3] });
  });

  it('starts where a parent ended that was read and is listed no more', async () => {
    const world = new World(1);
    world.send(ONE, 'a', START);
    await deliver(world, world.process(), ONE, 0, 1);
    world.streams.reshard('events', [ONE], 1);
    await tick(shown(world, [{ shard: TWO, parents: [ONE], open: true }]), { deadline: NEVER });
    expect(await watermarks(world)).toEqual({ [ONE]: START - 2_000, [TWO]: START - 2_000 });
  });

  it('does not start before it is listed, since nothing is known of its parents', async () => {
    const world = new World(1);
    const runtime = shown(world, [{ shard: TWO, parents: [], open: true }]);
    world.send(ONE, 'a', START);
    const records = world.streams.records('events', ONE);
    await expect(processBatch(runtime, { stream: 'events', shard: ONE, records, deadline: NEVER })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`${ONE}`),
    });
    expect(await watermarks(world)).toEqual({});
  });
});

// A mapping that began at LATEST delivers all of a shard that was born since, and a source can but guess from when on to look.
describe('a shard of which nothing was taken yet, after an outage', () => {
  it('is probed from the last arrival in its parents on: a shard with waiting records is not idle', async () => {
    const world = new World(1);
    world.send(ONE, 'a', START);
    await deliver(world, world.process(), ONE, 0, 1);
    world.now += 60_000;
    world.streams.reshard('events', [ONE], 1);
    world.send(TWO, 'a', START + 60_000);
    world.now += 7_200_000;
    const shards = {
      list: world.streams.list.bind(world.streams),
      probe: async (stream: string, shard: string, after: string, since: number) => {
        const waiting = world.streams.records(stream, shard).some(({ arrival }) => arrival >= since - 900_000);
        return after === '' && !waiting
          ? { empty: true, millisBehindLatest: 0, drained: false }
          : world.streams.probe(stream, shard, after);
      },
    };
    for (let i = 0; i < 2; i++) {
      await tick(world.process(world.store, { shards }), { deadline: NEVER });
      world.now += 600_000;
    }
    await deliver(world, world.process(), TWO, 0, 1);
    expect(await lateIds(world, 'tumbling')).toEqual([]);
    await world.settle();
    await expectComplete(world);
  });
});

describe('a tick whose list of shards is older than a reshard', () => {
  it.each(['has taken records', 'is only registered'])('leaves a new shard alone that %s', async (how) => {
    const world = new World(1);
    world.send(ONE, 'a', START);
    await deliver(world, world.process(), ONE, 0, 1);
    const old = await world.streams.list('events');
    world.now += 10_000;
    world.streams.reshard('events', [ONE], 2);
    world.send(TWO, 'a', START + 1_000);
    if (how === 'has taken records') await deliver(world, world.process(), TWO, 0, 1);
    else await world.store.tasks.register({ application: 'test', stream: 'events', shard: TWO });
    await tick(shown(world, old, 1), { deadline: NEVER });
    // Registered alone, it has not begun; the next tick, or its first batch, begins it.
    expect(await watermarks(world)).toMatchObject({ [TWO]: how === 'has taken records' ? START - 1_000 : NONE });
    world.send(TWO, 'a', START + 2_000);
    await deliver(world, world.process(), TWO, 0, 2);
    const [stream] = await readHealth(createReader(world.process()));
    expect(stream?.shards.find(({ shard }) => shard === TWO)?.ended).toBe(false);
    await world.settle();
    await expectComplete(world);
  });
});

describe('how far all tasks have come', () => {
  const task = (watermark: number, ...children: string[]): TaskState => ({
    ...emptyState(),
    watermark,
    children,
    ended: children.length > 0,
  });

  it.each<[string, Record<string, TaskState>, number]>([
    ['the least of those that go on', { a: task(7), b: task(5) }, 5],
    ['not that of one that ended, where its children are', { a: task(3, 'c', 'd'), b: task(9), c: task(8), d: task(7) }, 7],
    ['that of one that ended, while one of its children is not among them', { a: task(3, 'c', 'd'), b: task(9), c: task(8) }, 3],
    ['none, before the first event of one', { a: task(7), b: task(NONE) }, NONE],
    ['none, of no tasks', {}, NONE],
    ['the greatest, when all have ended for good', { a: { ...task(7), ended: true }, b: { ...task(5), ended: true } }, 7],
  ])('is %s', (_, states, least) => {
    expect(leastWatermark(new Map(Object.entries(states)))).toBe(least);
  });
});
