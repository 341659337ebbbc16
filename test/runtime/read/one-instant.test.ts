// A batch counts whole or not at all: also in one answer that is put together from many reads while batches come and windows become final.
import { describe, expect, it } from 'vitest';
import type { Column } from '../../../lib/core/column.ts';
import type { DerivedViewPlan, Relation, Scan } from '../../../lib/plan/relation.ts';
import { readDerivedRows } from '../../../lib/runtime/read/derived/derived-rows.ts';
import { readKeyRows } from '../../../lib/runtime/read/key-rows.ts';
import { createReader, type Reader } from '../../../lib/runtime/read/reader.ts';
import { readAtOnce } from '../../../lib/runtime/read/reading.ts';
import { ask } from '../../../lib/runtime/read/relation/ask.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { gatedStore } from '../../support/gated-store.ts';
import { checkpointed, deliver, NEVER, World } from '../world.ts';

const SHARD = 'shardId-000000000000';
const column = (name: string): Column => ({ name, type: 'text', nullable: false });
const columns = [column('k'), column('window_start'), column('window_end'), column('ids')];
const scan = (view: string): Scan => ({ kind: 'scan', view, columns });
const keys = (view: string): Relation => ({
  kind: 'filter',
  input: scan(view),
  predicate: (row) => row.k === 'a' || row.k === 'b',
  narrows: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, equals: new Map([['k', ['a', 'b']]]) },
  columns,
});
const both: Relation = { kind: 'union', inputs: [scan('tumbling'), scan('hopping')], columns };
const limits = { pages: 1000, rows: 10_000, steps: 100_000, seconds: 60 };

type Ids = readonly { readonly row: Readonly<Record<string, unknown>> }[];

const ANSWERS: Record<string, (reader: Reader) => Promise<Ids>> = {
  'some keys in SQL': async (reader) => (await ask(reader, { relation: keys('tumbling'), limits })).rows,
  'whole windows in SQL': async (reader) => (await ask(reader, { relation: scan('tumbling'), limits })).rows,
  'two views of the stream': async (reader) => (await ask(reader, { relation: both, limits })).rows,
  'a derived view, window after window': async (reader) => {
    const view: DerivedViewPlan = { name: 'derived', relation: both, key: [], columns, fingerprint: '1' };
    return (await readDerivedRows(reader, view, { order: 'asc', limit: 1000 })).rows.map((row) => ({ row }));
  },
  'one key': async (reader) =>
    (await readKeyRows(reader, { view: 'hopping', key: ['a'], order: 'asc', limit: 100 })).rows.map((row) => ({ row })),
};

/** Of which batches there are events in an answer. */
function batchesIn(rows: Ids, view: string): Set<number> {
  const ids = rows.flatMap(({ row }) => row.ids as number[]);
  // One event of each batch is of each key; a hopping window holds each event twice.
  const counts = Map.groupBy(ids, (id) => Math.floor(id / 2));
  const whole = view === 'one key' ? [2] : view.startsWith('two') || view.startsWith('a derived') ? [6] : [2];
  for (const [batch, of] of counts) expect(whole, `batch ${batch} counts as ${of.join()}`).toContain(of.length);
  return new Set(counts.keys());
}

describe.each(Object.entries(ANSWERS))('%s', (name, answer) => {
  it.each(['a batch', 'a batch that makes windows final, and a merge', 'a checkpoint', 'another answer of the same process'])(
    'is of one instant, whenever there comes %s',
    async (what) => {
      let most = 0;
      for (let at = 1; ; at++) {
        const world = new World(1);
        const writer = world.process();
        const batch = async (): Promise<void> => {
          for (const k of ['a', 'b']) world.send(SHARD, k, world.now);
          await deliver(world, writer, SHARD, world.put.length - 2, 2);
        };
        await batch();
        let calls = 0;
        let other: Promise<unknown> | undefined;
        const store = gatedStore(world.store, async () => {
          if (++calls !== at) return;
          if (what.startsWith('a batch that')) world.now += 40_000;
          await batch();
          if (what.includes('merge')) await tick(world.process(), { deadline: NEVER });
          if (what === 'a checkpoint') await checkpointed(writer, SHARD);
          // It may have to wait for the one that waits here.
          if (what.startsWith('another')) other = ask(reader, { relation: both, limits });
        });
        const reader = createReader(world.process(store), { followEvery: 0 });
        // What is in memory already, and what is not.
        if (at % 2 === 0) {
          await answer(createReader(world.process(), { followEvery: 0 }));
        }
        const seen = batchesIn(await answer(reader), name);
        most = Math.max(most, seen.size);
        await other;
        if (calls < at) break;
        expect(seen.has(0)).toBe(true);
      }
      // What came before the first look is in the answer.
      expect(most).toBe(2);
    },
  );
});

it('an answer holds what it was read from, and another one that looks meanwhile sees more', async () => {
  const world = new World(1);
  const writer = world.process();
  const batch = async (): Promise<void> => {
    for (const k of ['a', 'b']) world.send(SHARD, k, world.now);
    await deliver(world, writer, SHARD, world.put.length - 2, 2);
  };
  await batch();
  let opened: (() => void) | undefined;
  let waiting = false;
  const store = gatedStore(world.store, async (call) => {
    // The second call of the kind is of its end: everything is looked at, nothing of the results is read.
    if (call !== 'results.windows' || waiting) return;
    waiting = true;
    await new Promise<void>((resolve) => {
      opened = resolve;
    });
  });
  const reader = createReader(world.process(store), { followEvery: 0 });
  world.now += 40_000;
  await batch();
  await tick(world.process(), { deadline: NEVER });
  const early = ask(reader, { relation: both, limits });
  while (!opened) await new Promise((resolve) => setImmediate(resolve));
  await batch();
  const late = await ask(reader, { relation: both, limits });
  opened();
  expect(batchesIn((await early).rows, 'two').size).toBe(2);
  expect(batchesIn(late.rows, 'two').size).toBe(3);
});

it('an answer that fails leaves nothing pinned, even what it was still reading', async () => {
  const world = new World(1);
  world.send(SHARD, 'a', world.now);
  await deliver(world, world.process(), SHARD, 0, 1);
  const reader = createReader(world.process(), { followEvery: 0 });
  const [stream] = reader.runtime.plan.streams;
  let reading: Promise<unknown> | undefined;
  const answer = readAtOnce(reader, new Map(), async (of) => {
    reading = of.stream(stream?.name ?? '');
    throw new Error('another stream cannot be read');
  });
  await expect(answer).rejects.toThrow('another stream');
  await reading;
  expect(reader.pins.size).toBe(0);
});
