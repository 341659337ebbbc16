// Bytes that a store gives back otherwise than they were written: whoever reads them is told which item it is, and holds nothing of it.
import { describe, expect, it } from 'vitest';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { readLate } from '../../lib/runtime/read/kept-events.ts';
import { readKeyRows } from '../../lib/runtime/read/key-rows.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import type { Runtime } from '../../lib/runtime/runtime.ts';
import type { Store } from '../../lib/store/ports.ts';
import { checkpointed, deliver, NEVER, World } from './world.ts';

const SHARD = 'shardId-000000000000';

/** Checkpoints, entries, pages and late events, of two views. */
async function story(): Promise<World> {
  const world = new World(1);
  const runtime = world.process();
  for (let i = 0; i < 12; i++) {
    world.now += 4000;
    world.send(SHARD, i % 3 === 0 ? 'a' : 'b', world.now - (i === 8 ? 30_000 : 0));
    await deliver(world, runtime, SHARD, i, 1);
    if (i === 5 || i === 9) await checkpointed(runtime, SHARD);
    if (i === 7) {
      await world.store.tasks.setListed({ application: 'test', stream: 'events' });
      await mergeStream(runtime, world.store, 'events', NEVER);
    }
  }
  return world;
}

type Change = (bytes: Uint8Array, nth: number) => Uint8Array;

/** A store that changes every body it gives. */
function changing(store: Store, change: Change, counter = { next: 0 }): Store {
  const changed = (bytes: Uint8Array): Uint8Array => change(bytes, counter.next++);
  return {
    ...store,
    metered: (meter) => changing(store.metered(meter), change, counter),
    log: {
      ...store.log,
      read: async (...args) => (await store.log.read(...args)).map((entry) => ({ ...entry, body: changed(entry.body) })),
      find: async (...args) => {
        const found = await store.log.find(...args);
        return { ...found, entries: found.entries.map((entry) => ({ ...entry, body: changed(entry.body) })) };
      },
    },
    checkpoints: {
      ...store.checkpoints,
      manifest: async (task) => {
        const manifest = await store.checkpoints.manifest(task);
        return manifest && { ...manifest, head: changed(manifest.head) };
      },
      buckets: async (...args) => (await store.checkpoints.buckets(...args)).map((body) => body && changed(body)),
    },
    results: {
      ...store.results,
      pages: async (...args) => (await store.results.pages(...args)).map((page) => ({ ...page, body: changed(page.body) })),
    },
  };
}

/** Everything there is to read. */
async function readAll(world: World, runtime: Runtime): Promise<unknown> {
  const reader = createReader(runtime, { followEvery: 0 });
  const { rows: key } = await readKeyRows(reader, { view: 'hopping', key: ['a'], order: 'asc', limit: 100 });
  const late = await readLate(reader, ['tumbling'], { limit: 100 });
  return {
    key,
    late: late.events.map(({ sequence }) => sequence),
    rows: [await world.rows('tumbling', runtime), await world.rows('hopping', runtime)],
  };
}

const NAMED =
  /^(?:(entry) \d+|(checkpoint) \d+|(bucket) \S+) of events\/shardId-0{12} is corrupt|^(page) \d of \d of window \d+\/\d+ of view \w+ is corrupt/;

describe('what a store gives back', () => {
  it.each<[string, (bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array]>([
    ['cut', (bytes) => bytes.subarray(0, -1)],
    ['with a bit changed', (bytes) => bytes.map((byte, i) => (i === bytes.length - 2 ? byte ^ 4 : byte))],
    ['empty', () => new Uint8Array()],
    ['of another item', (bytes, others) => others.find((other) => !Buffer.from(bytes).equals(other)) as Uint8Array],
  ])('%s is refused by name, and leaves no trace in the process that read it', async (_, spoil) => {
    const world = await story();
    const all = await readAll(world, world.process());
    const bodies: Uint8Array[] = [];
    const counting = changing(world.store, (bytes) => {
      bodies.push(bytes);
      return bytes;
    });
    await readAll(world, world.process(counting));
    const refused = new Set<string>();
    for (let nth = 0; nth < bodies.length; nth++) {
      const once = changing(world.store, (bytes, i) => (i === nth ? spoil(bytes, bodies) : bytes));
      const runtime = world.process(once);
      try {
        // The entry a state already stands on is read for its nonce alone.
        expect(await readAll(world, runtime)).toEqual(all);
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        expect([code, message]).toEqual(['corrupt', expect.stringMatching(NAMED)]);
        refused.add((NAMED.exec(message) as RegExpExecArray).slice(1).find((kind) => kind !== undefined) as string);
      }
      expect(await readAll(world, runtime)).toEqual(all);
    }
    expect([...refused].sort()).toEqual(['bucket', 'checkpoint', 'entry', 'page']);
  });
});
