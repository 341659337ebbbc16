import { expect, it } from 'vitest';
import { pack, unpack } from '../../lib/runtime/body.ts';
import { bucketName, checkpointName, entryName, type ItemName, pageName } from '../../lib/runtime/item-names.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../lib/runtime/read/window-rows.ts';
import { tick } from '../../lib/runtime/tick.ts';
import type { Manifest, Page, Store, StoredEntry, TaskId, ViewId } from '../../lib/store/ports.ts';
import { checkpointed, deliver, expectExact, NEVER, PLAN, World } from './world.ts';

const SHARD = 'shardId-000000000000';
type What = 'entries' | 'heads' | 'buckets' | 'pages';

/** Bytes as another version stores them: their form is the first byte. */
function inForm(packed: Uint8Array, name: ItemName, by: number): Uint8Array {
  const bytes = Uint8Array.from(unpack(packed, name));
  bytes[0] = (bytes[0] as number) + by;
  return pack(bytes, name);
}

/** The store as a version sees it whose form of some bytes is another one: what it writes is in that form, and it reads that form. */
function withForm(store: Store, what: What, by: number): Store {
  const { log, checkpoints, results } = store;
  const entry = <E extends StoredEntry>(task: TaskId, given: E, change: number): E => ({
    ...given,
    body: inForm(given.body, entryName(task, given.index), change),
  });
  const head = (task: TaskId, given: Manifest, change: number): Manifest => ({
    ...given,
    head: inForm(given.head, checkpointName(task, given.index), change),
  });
  const page = (view: ViewId, given: Page, change: number): Page => ({ ...given, body: inForm(given.body, pageName(view, given), change) });
  const wrapped: Record<What, Partial<Store>> = {
    entries: {
      log: {
        ...log,
        read: async (task, from) => (await log.read(task, from)).map((given) => entry(task, given, -by)),
        append: (task, given, before) => log.append(task, entry(task, given, by), before),
      },
    },
    heads: {
      checkpoints: {
        ...checkpoints,
        async manifest(task) {
          const found = await checkpoints.manifest(task);
          return found && head(task, found, -by);
        },
        putManifest: (task, manifest, previous) => checkpoints.putManifest(task, head(task, manifest, by), previous),
      },
    },
    buckets: {
      checkpoints: {
        ...checkpoints,
        buckets: async (task, ids) =>
          (await checkpoints.buckets(task, ids)).map((body, i) => body && inForm(body, bucketName(task, ids[i] as string), -by)),
        putBucket: (task, id, body) => checkpoints.putBucket(task, id, inForm(body, bucketName(task, id), by)),
      },
    },
    pages: {
      results: {
        ...results,
        putPages: (view, pages) =>
          results.putPages(
            view,
            pages.map((given) => page(view, given, by)),
          ),
        pages: async (view, at) => (await results.pages(view, at)).map((given) => page(view, given, -by)),
      },
    },
  };
  return { ...store, ...wrapped[what], metered: (meter) => withForm(store.metered(meter), what, by) };
}

/** Everything a task has, to see that nothing was added. */
async function logOf({ store }: World) {
  return (await store.log.read({ application: PLAN.name, stream: 'events', shard: SHARD }, 0)).map(({ index, nonce }) => [index, nonce]);
}

it.each([
  ['entries', 1],
  ['heads', 1],
  ['buckets', 1],
  ['entries', -2],
] as const)(
  'a version that meets %s of another form (%i) refuses the batch and writes nothing; the other one goes on',
  async (what, by) => {
    const world = new World(1);
    const other = withForm(world.store, what, by);
    for (let i = 0; i < 4; i++) world.send(SHARD, 'a', world.now + i * 1000);
    const writer = world.process(other);
    await deliver(world, writer, SHARD, 0, 2);
    if (what !== 'entries') await checkpointed(writer, SHARD);
    const before = await logOf(world);
    expect(before).toHaveLength(2);

    const here = world.process();
    const refusal = { code: 'incompatible', message: expect.stringContaining('deploy the version that wrote it') };
    await expect(deliver(world, here, SHARD, 0, 4)).rejects.toMatchObject(refusal);
    const query = { view: 'tumbling', window: 'latest', orderBy: [], limit: 10 } as const;
    await expect(readWindowRows(createReader(here), query)).rejects.toMatchObject(refusal);
    await expect(tick(here, { deadline: NEVER })).rejects.toMatchObject(refusal);
    expect(await logOf(world)).toEqual(before);

    await deliver(world, world.process(other), SHARD, 0, 4);
    const { rows } = await readWindowRows(createReader(world.process(other), { followEvery: 0 }), query);
    expect(rows.map(({ ids }) => ids)).toEqual([[0, 1, 2, 3]]);
  },
);

it('a version that meets final results of a newer form refuses to answer from them', async () => {
  const world = new World(1);
  const newer = withForm(world.store, 'pages', 1);
  for (let i = 0; i < 4; i++) world.send(SHARD, 'a', world.now - 100_000 + i * 20_000);
  await deliver(world, world.process(newer), SHARD, 0, 4);
  await tick(world.process(newer), { deadline: NEVER });
  await expect(world.rows('tumbling')).rejects.toMatchObject({
    code: 'incompatible',
    message: expect.stringContaining('a newer Millrace'),
  });
  expect((await world.rows('tumbling', world.process(newer))).finals.size).toBeGreaterThan(0);
});

it('the same form is read, whichever version wrote it', async () => {
  const world = new World(1);
  const writer = world.process(withForm(world.store, 'entries', 0));
  for (let i = 0; i < 4; i++) world.send(SHARD, 'a', world.now + i * 1000);
  await deliver(world, writer, SHARD, 0, 2);
  await deliver(world, world.process(), SHARD, 0, 4);
  await world.settle();
  await expectExact(world);
});
