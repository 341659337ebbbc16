import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { type Fate, gatedStore, gotThrough } from '../support/gated-store.ts';
import { checkpointed, deliver, expectComplete, expectExact, NEVER, PLAN, World } from './world.ts';

describe('two handlers on one shard, interleaved at every call to the store', () => {
  it('count each event once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 60 })), { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        async (scheduler, drawn, cutOne, cutTwo) => {
          const world = new World(1);
          await tick(world.process(), { deadline: NEVER });
          for (const [k, second] of drawn) {
            world.now += 1000;
            world.send('shardId-000000000000', k, 1_000_000 + second * 1000);
          }
          const gate = (call: string): Promise<void> => scheduler.schedule(Promise.resolve(), call);
          const handler = async (cut: number): Promise<void> => {
            const runtime = world.process(gatedStore(world.store, gate));
            for (let from = 0; from < drawn.length; from += cut) {
              await deliver(world, runtime, 'shardId-000000000000', from, cut);
              await mergeStream(runtime, runtime.store, 'events', NEVER);
            }
          };
          await scheduler.waitFor(Promise.all([handler(cutOne), handler(cutTwo)]));
          await world.settle();
          await expectExact(world);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('batches delivered twice, calls refused and answers lost, processes that forget everything, ticks and merges at any time', () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('put' as const),
        shard: fc.nat(2),
        k: fc.constantFrom('a', 'b', 'c'),
        at: fc.integer({ min: -15, max: 8 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('deliver' as const),
        shard: fc.nat(2),
        process: fc.nat(1),
        back: fc.nat(3),
        size: fc.integer({ min: 1, max: 6 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('merge' as const), process: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const), process: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('checkpoint' as const), shard: fc.nat(2), process: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), process: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), process: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reshard' as const), shard: fc.nat(2), into: fc.integer({ min: 1, max: 2 }) }) },
  );

  it('leave every event counted once in each window that was open, and reads never go back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 20, maxLength: 120 }),
        fc.infiniteStream(fc.constantFrom<Fate>('ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'refused', 'answer lost')),
        async (actions, fates) => {
          const world = new World(2);
          const faulty = gatedStore(
            world.store,
            () => Promise.resolve(),
            () => fates.next().value as Fate,
          );
          const processes = [world.process(faulty), world.process(faulty)];
          const done = new Map<string, number>();
          const seen = new Map<string, number>();
          const pick = async (n: number) => {
            const shards = await world.streams.list('events');
            return shards[n % shards.length] as (typeof shards)[number];
          };
          for (const step of actions) {
            world.now += 1500;
            const runtime = 'process' in step ? (processes[step.process] as Runtime) : world.process();
            if (step.do === 'put') {
              const { shard, open } = await pick(step.shard);
              if (open) world.send(shard, step.k, world.now + step.at * 1000);
            } else if (step.do === 'deliver') {
              const { shard } = await pick(step.shard);
              const from = Math.max(0, (done.get(shard) ?? 0) - step.back);
              if (await gotThrough(() => deliver(world, runtime, shard, from, step.size))) {
                const to = Math.min(from + step.size, world.streams.records('events', shard).length);
                done.set(shard, Math.max(done.get(shard) ?? 0, to));
              }
            } else if (step.do === 'merge') await gotThrough(() => mergeStream(runtime, runtime.store, 'events', NEVER));
            else if (step.do === 'tick') await gotThrough(() => tick(runtime, { deadline: NEVER }));
            else if (step.do === 'checkpoint') {
              const { shard } = await pick(step.shard);
              await gotThrough(() => checkpointed(runtime, shard));
            } else if (step.do === 'forget') processes[step.process] = world.process(faulty);
            else if (step.do === 'reshard') {
              const { shard, open } = await pick(step.shard);
              if (open && (await world.streams.list('events')).length < 5) world.streams.reshard('events', [shard], step.into);
            } else {
              expectForward(seen, await world.rows('tumbling', world.process()));
            }
          }
          // The event source goes on until all is delivered, parents before their children.
          const runtime = world.process();
          for (const { shard } of await world.streams.list('events')) await deliver(world, runtime, shard, 0, 1000);
          await world.settle();
          await expectComplete(world);
          for (const view of PLAN.views) {
            const { panes } = await world.rows(view.name);
            for (const ids of Object.values(panes)) expect(new Set(ids as number[]).size).toBe((ids as number[]).length);
            for (const [name, count] of seen)
              if (view.name === 'tumbling') expect((panes[name] as number[]).length).toBeGreaterThanOrEqual(count);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('producers, handlers, merges, ticks and readers, interleaved at every call to the store', () => {
  it('count each event once, in its window or in the late list, and no reader sees a count go back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ shard: fc.nat(1), k: fc.constantFrom('a', 'b'), late: fc.integer({ min: -3, max: 25 }), wait: fc.nat(12) }), {
          minLength: 6,
          maxLength: 14,
        }),
        async (scheduler, drawn) => {
          const world = new World(2);
          await tick(world.process(), { deadline: NEVER });
          const gated = gatedStore(world.store, (call) => scheduler.schedule(Promise.resolve(), call));
          const shared = world.process(gated);
          const handler = async (number: number, runtime: Runtime): Promise<void> => {
            const shard = `shardId-00000000000${number}`;
            let from = 0;
            for (const { k, late, wait } of drawn.filter((event) => event.shard === number)) {
              world.now += wait * 1000;
              world.send(shard, k, world.now - late * 1000);
              await deliver(world, runtime, shard, from, 3);
              from = Math.max(0, world.streams.records('events', shard).length - 1);
            }
          };
          const merger = async (): Promise<void> => {
            const runtime = world.process(gated);
            for (let i = 0; i < 5; i++) await mergeStream(runtime, gated, 'events', NEVER);
          };
          const ticker = async (): Promise<void> => {
            const runtime = world.process(gated);
            for (let i = 0; i < 3; i++) {
              world.now += 31_000;
              await tick(runtime, { deadline: NEVER });
            }
          };
          const reader = async (runtime: Runtime): Promise<void> => {
            const seen = new Map<string, number>();
            for (let i = 0; i < 4; i++) {
              expectForward(seen, await world.rows('tumbling', runtime));
            }
          };
          const all = [
            handler(0, shared),
            handler(1, world.process(gated)),
            merger(),
            merger(),
            ticker(),
            reader(shared),
            reader(world.process(gated)),
          ];
          await scheduler.waitFor(Promise.all(all));
          const [one, two] = ['shardId-000000000000', 'shardId-000000000001'];
          for (const shard of [one, two]) await deliver(world, world.process(), shard as string, 0, 1000);
          await world.settle();
          await expectComplete(world);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** No pane holds an event twice, and none holds fewer than it did, or is gone. */
function expectForward(seen: Map<string, number>, { panes }: { panes: Record<string, unknown> }): void {
  for (const [name, count] of seen)
    expect((panes[name] as number[] | undefined)?.length ?? 0, `${name} went back`).toBeGreaterThanOrEqual(count);
  for (const [name, ids] of Object.entries(panes)) {
    const count = (ids as number[]).length;
    expect(new Set(ids as number[]).size, `${name} holds an event twice`).toBe(count);
    seen.set(name, count);
  }
}
