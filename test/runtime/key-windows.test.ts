import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { readKeyRows } from '../../lib/runtime/read/key-rows.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { type Fate, gatedStore, gotThrough } from '../support/gated-store.ts';
import { bagPlan, bagView } from '../support/views.ts';
import { checkpointed, deliver, eventsCommitted, lateIds, NEVER, World } from './world.ts';

const GAP = 15_000;
const SIZE = 25_000;
const KEYS = ['a', 'b', 'c'] as const;
const PLAN = bagPlan([bagView({ kind: 'session', gap: GAP }, 0, 'sessions'), bagView({ kind: 'stagger', size: SIZE }, 5_000, 'staggers')], {
  maxOutOfOrderness: 2_000,
  idleTimeout: 30_000,
});

interface Read {
  readonly start: number;
  readonly end: number;
  readonly final: boolean;
  readonly ids: readonly number[];
}

async function windowsOf(runtime: Runtime, view: string, key: string): Promise<Read[]> {
  const { rows } = await readKeyRows(createReader(runtime, { followEvery: 0 }), { view, key: [key], order: 'asc', limit: 1000 });
  return rows.map(({ window_start, window_end, final, ids }) => ({
    start: Date.parse(window_start as string),
    end: Date.parse(window_end as string),
    final,
    ids: ids as number[],
  }));
}

/** What a client has seen of each view and key: no event is gone or comes twice, and what was final is as it was. */
class Seen {
  readonly #finals = new Map<string, Read[]>();
  readonly #ids = new Map<string, number[]>();

  async look(runtime: Runtime): Promise<void> {
    for (const { name } of PLAN.views) for (const key of KEYS) await this.#lookAt(runtime, name, key);
  }

  async #lookAt(runtime: Runtime, view: string, key: string): Promise<void> {
    const place = `${view} ${key}`;
    const windows = await windowsOf(runtime, view, key);
    const ids = windows.flatMap((window) => window.ids);
    expect(new Set(ids).size, `${place} has an event twice`).toBe(ids.length);
    expect(ids, `${place} lost an event`).toEqual(expect.arrayContaining(this.#ids.get(place) ?? []));
    const finals = windows.filter(({ final }) => final);
    expect(finals, `what was final of ${place} has changed`).toEqual(expect.arrayContaining(this.#finals.get(place) ?? []));
    this.#ids.set(place, ids);
    this.#finals.set(place, finals);
  }
}

/** Every event is in one final window or late; and the windows are what their events make them. */
async function expectSettled(world: World): Promise<void> {
  expect(await eventsCommitted(world)).toBe(world.put.length);
  for (const { name } of PLAN.views) {
    const counted: number[] = [];
    for (const key of KEYS) {
      const windows = await windowsOf(world.process(), name, key);
      for (const { start, end, final, ids } of windows) {
        expect(final).toBe(true);
        const times = ids.map((id) => world.put[id]?.at as number).sort((a, b) => a - b);
        expect(start).toBe(times[0]);
        if (name === 'sessions') {
          expect(end).toBe((times.at(-1) as number) + GAP);
          for (const [i, time] of times.slice(1).entries()) expect(time - (times[i] as number)).toBeLessThanOrEqual(GAP);
        } else {
          expect(end).toBe(start + SIZE);
          expect(times.at(-1)).toBeLessThan(end);
        }
        counted.push(...ids);
      }
      if (name === 'staggers')
        for (const [i, { start }] of windows.slice(1).entries()) expect(start).toBeGreaterThanOrEqual(windows[i]?.end as number);
    }
    const late = await lateIds(world, name);
    expect([...counted, ...late].sort((a, b) => a - b)).toEqual(world.put.map(({ id }) => id));
  }
}

describe('windows of a key’s own', () => {
  const some = { shard: fc.nat(2), process: fc.nat(1) };
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('put' as const), ...some, k: fc.constantFrom(...KEYS), at: fc.integer({ min: -15, max: 8 }) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('deliver' as const), ...some, back: fc.nat(3), size: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('merge' as const, 'tick' as const), ...some }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('checkpoint' as const, 'forget' as const), ...some }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), ...some }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reshard' as const), ...some, into: fc.integer({ min: 1, max: 2 }) }) },
  );

  it('hold every event once, and final ones never change: batches delivered twice, calls refused, answers lost, memory forgotten, shards split', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 20, maxLength: 120 }),
        fc.infiniteStream(fc.constantFrom<Fate>('ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'refused', 'answer lost')),
        async (actions, fates) => {
          const world = new World(2, PLAN);
          const faulty = gatedStore(
            world.store,
            () => Promise.resolve(),
            () => fates.next().value as Fate,
          );
          const processes = [world.process(faulty), world.process(faulty)];
          const done = new Map<string, number>();
          const seen = new Seen();
          for (const step of actions) {
            world.now += 1500;
            const shards = await world.streams.list('events');
            const { shard, open } = shards[step.shard % shards.length] as (typeof shards)[number];
            const runtime = processes[step.process] as Runtime;
            if (step.do === 'put') {
              if (open) world.send(shard, step.k, world.now + step.at * 1000);
            } else if (step.do === 'deliver') {
              const from = Math.max(0, (done.get(shard) ?? 0) - step.back);
              if (await gotThrough(() => deliver(world, runtime, shard, from, step.size))) {
                const to = Math.min(from + step.size, world.streams.records('events', shard).length);
                done.set(shard, Math.max(done.get(shard) ?? 0, to));
              }
            } else if (step.do === 'merge') await gotThrough(() => mergeStream(runtime, runtime.store, 'events', NEVER));
            else if (step.do === 'tick') await gotThrough(() => tick(runtime, { deadline: NEVER }));
            else if (step.do === 'checkpoint') await gotThrough(() => checkpointed(runtime, shard));
            else if (step.do === 'forget') processes[step.process] = world.process(faulty);
            else if (step.do === 'reshard') {
              if (open && shards.length < 5) world.streams.reshard('events', [shard], step.into);
            } else await seen.look(world.process());
          }
          for (const { shard } of await world.streams.list('events')) await deliver(world, world.process(), shard, 0, 1000);
          await seen.look(world.process());
          await world.settle();
          await seen.look(world.process());
          await expectSettled(world);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('are never seen twice or in part while handlers, merges, ticks and readers interleave at every call to the store', async () => {
    const put = fc.record({ shard: fc.nat(1), k: fc.constantFrom('a', 'b'), behind: fc.integer({ min: -3, max: 25 }), wait: fc.nat(12) });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(put, { minLength: 6, maxLength: 14 }), async (scheduler, drawn) => {
        const world = new World(2, PLAN);
        await tick(world.process(), { deadline: NEVER });
        const gated = gatedStore(world.store, (call) => scheduler.schedule(Promise.resolve(), call));
        const shared = world.process(gated);
        const handler = async (number: number, runtime: Runtime): Promise<void> => {
          const shard = `shardId-00000000000${number}`;
          let from = 0;
          for (const { k, behind, wait } of drawn.filter((event) => event.shard === number)) {
            world.now += wait * 1000;
            world.send(shard, k, world.now - behind * 1000);
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
          const seen = new Seen();
          for (let i = 0; i < 3; i++) await seen.look(runtime);
        };
        const handlers = [handler(0, shared), handler(1, world.process(gated))];
        await scheduler.waitFor(Promise.all([...handlers, merger(), merger(), ticker(), reader(shared), reader(world.process(gated))]));
        for (const shard of ['shardId-000000000000', 'shardId-000000000001']) await deliver(world, world.process(), shard, 0, 1000);
        await world.settle();
        await expectSettled(world);
      }),
      { numRuns: 60 },
    );
  });

  it('are not missed by a reader that has read a shard’s state just before what it held went on, and the boundary right after', async () => {
    const world = new World(1, PLAN);
    const shard = 'shardId-000000000000';
    const handler = world.process();
    await tick(handler, { deadline: NEVER });
    const start = world.now;
    const send = async (k: string, second: number): Promise<void> => {
      const from = world.streams.records('events', shard).length;
      world.now = start + 60_000;
      world.send(shard, k, start + second * 1000);
      await deliver(world, handler, shard, from, 1);
    };
    await send('c', -10);
    await send('a', 0);
    let wentOn = false;
    const reading = world.process(
      gatedStore(world.store, async (call) => {
        if (call !== 'tasks.progress' || wentOn) return;
        wentOn = true;
        // A session that had ended at 15 goes on to 25, and the boundary comes to 20.
        await send('a', 10);
        await send('b', 23);
        await mergeStream(handler, handler.store, 'events', NEVER);
      }),
    );
    expect(await windowsOf(reading, 'sessions', 'a')).toEqual([{ start, end: start + 25_000, final: false, ids: [1, 2] }]);
    expect(wentOn).toBe(true);
    expect(await windowsOf(reading, 'sessions', 'c')).toMatchObject([{ final: true, ids: [0] }]);
  });
});
