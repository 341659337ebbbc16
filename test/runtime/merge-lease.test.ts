import { describe, expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { UnitMeter } from '../../lib/runtime/units.ts';
import { gatedStore } from '../support/gated-store.ts';
import { bagPlan, bagView } from '../support/views.ts';
import { NEVER, PLAN, TUMBLING, World } from './world.ts';

const SECOND = 1000;
const MINUTE = 60_000;

/** The names of so many shards. */
function shardsOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `shardId-${String(i).padStart(12, '0')}`);
}

/** A batch of one event now; whether it asks for a merge. */
async function asks(world: World, runtime: Runtime, shard: string): Promise<boolean> {
  const from = world.streams.records('events', shard).length;
  world.send(shard, 'a', world.now);
  const records = world.streams.records('events', shard).slice(from);
  return (await processBatch(runtime, { stream: 'events', shard, records, deadline: NEVER })).mergeDue;
}

/** A stream at whose every shard windows have been passed, not merged yet. */
async function passed(count: number): Promise<{ world: World; runtime: Runtime; shards: string[] }> {
  const world = new World(count);
  const runtime = world.process();
  await tick(runtime, { deadline: NEVER });
  const shards = shardsOf(count);
  for (const shard of shards) await asks(world, runtime, shard);
  world.now += MINUTE;
  for (const shard of shards) await asks(world, runtime, shard);
  return { world, runtime, shards };
}

function merge(runtime: Runtime, store = runtime.store): Promise<readonly { windows: number }[]> {
  return mergeStream(runtime, store, 'events', NEVER);
}

const written = (reports: readonly { windows: number }[]): number => reports.reduce((sum, { windows }) => sum + windows, 0);

describe('the lease of merges', () => {
  it('lets one merge of a stream be at work; another ends after a request', async () => {
    const { world, runtime } = await passed(2);
    const units = new UnitMeter();
    let others = 0;
    const slow = world.process(
      gatedStore(world.store, async (call) => {
        if (call !== 'results.putWindow') return;
        others++;
        const other = world.process();
        expect(await merge(other, other.store.metered(units))).toEqual([]);
      }),
    );
    expect(written(await merge(slow))).toBeGreaterThan(0);
    expect(others).toBeGreaterThan(0);
    expect(units.requests).toBe(others);
    expect(written(await merge(runtime))).toBe(0);
  });

  it('expires when its holder is gone: what it left is merged then', async () => {
    const { world, runtime } = await passed(2);
    const dying = world.process(
      gatedStore(
        world.store,
        async () => {},
        (call) => (call.startsWith('results.') || call === 'tasks.endMergeLease' ? 'refused' : 'ok'),
      ),
    );
    await expect(merge(dying)).rejects.toThrow('refused');
    expect(await merge(runtime)).toEqual([]);
    world.now += 31 * SECOND;
    expect(written(await merge(runtime))).toBeGreaterThan(0);
  });

  it('is given back by a merge that fails and can say so', async () => {
    const { world, runtime } = await passed(2);
    const failing = world.process(
      gatedStore(
        world.store,
        async () => {},
        (call) => (call === 'results.putPages' ? 'refused' : 'ok'),
      ),
    );
    await expect(merge(failing)).rejects.toThrow('refused');
    expect(written(await merge(runtime))).toBeGreaterThan(0);
  });

  it('is kept by a merge that takes long', async () => {
    const { world, runtime } = await passed(2);
    let windows = 0;
    const slow = world.process(
      gatedStore(world.store, async (call) => {
        if (call !== 'results.putWindow') return;
        windows++;
        // Twice a window: before the request and before its answer.
        world.now += 8 * SECOND;
        expect(await merge(runtime)).toEqual([]);
      }),
    );
    await merge(slow);
    // Longer than a lease that is not kept.
    expect(windows * 8).toBeGreaterThan(30);
  });
});

describe('who asks for a merge', () => {
  it('is only the task that holds results back', async () => {
    const { world, runtime, shards } = await passed(64);
    await merge(runtime);
    world.now += MINUTE;
    const asked: string[] = [];
    for (const shard of shards) {
      if (!(await asks(world, runtime, shard))) continue;
      asked.push(shard);
      await merge(runtime);
    }
    // Each merge names one of those that are left, by chance: five of 64 is what to expect.
    expect(asked.at(-1)).toBe(shards.at(-1));
    expect(asked.length).toBeLessThan(30);
    expect((await world.store.tasks.progress({ application: PLAN.name, stream: 'events' })).mergedThrough.get('tumbling')).toBe(
      world.now - MINUTE + TUMBLING.size,
    );
  });

  it('is every task after a merge that was cut off', async () => {
    const { world, runtime, shards } = await passed(2);
    await mergeStream(runtime, runtime.store, 'events', world.now - 1);
    world.now += MINUTE;
    for (const shard of shards) expect(await asks(world, runtime, shard)).toBe(true);
  });

  it('is nobody where the task goes on while it is being named: the merge looks again, and merges that too', async () => {
    const { world, runtime, shards } = await passed(1);
    let again = 0;
    const slow = world.process(
      gatedStore(world.store, async (call) => {
        if (call !== 'tasks.endMergeLease' || again++ > 0) return;
        world.now += MINUTE;
        world.send(shards[0] as string, 'a', world.now);
        const records = world.streams.records('events', shards[0] as string).slice(-1);
        await processBatch(runtime, { stream: 'events', shard: shards[0] as string, records, deadline: NEVER });
      }),
    );
    await merge(slow);
    expect((await world.store.tasks.progress({ application: PLAN.name, stream: 'events' })).mergedThrough.get('tumbling')).toBe(
      world.now - MINUTE + TUMBLING.size,
    );
  });
});

describe('what a merge notes', () => {
  it('saves the next one from reading all logs while nothing has passed', async () => {
    const { runtime } = await passed(50);
    await merge(runtime);
    const units = new UnitMeter();
    expect(written(await merge(runtime, runtime.store.metered(units)))).toBe(0);
    expect(units.requests).toBeLessThan(10);
  });

  it('is not said of views that it did not look at', async () => {
    const world = new World(1);
    const [shard] = shardsOf(1) as [string];
    const both = world.process();
    // A version before this one knows one of the views, and merges by it.
    const older = new World(1, bagPlan([bagView(TUMBLING, 0, 'tumbling')], { maxOutOfOrderness: 2_000, idleTimeout: 30_000 })).process(
      world.store,
    );
    const old: Runtime = { ...older, clock: both.clock, shards: both.shards };
    await tick(both, { deadline: NEVER });
    await asks(world, both, shard);
    world.now += MINUTE;
    await asks(world, both, shard);
    expect((await merge(old)).map(({ windows }) => windows)).toEqual([1]);
    const hopping = (await merge(both)).filter((report) => (report as unknown as { view: string }).view === 'hopping');
    expect(written(hopping)).toBeGreaterThan(0);
  });
});
