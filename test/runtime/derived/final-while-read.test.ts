// Events come and windows become final between the reads of one answer: what it calls final has to be what it will always be.
import { describe, expect, it } from 'vitest';
import { count } from '../../../lib/core/accumulators/count.ts';
import type { Column } from '../../../lib/core/column.ts';
import { valuesAdder } from '../../../lib/plan/adder.ts';
import type { DerivedViewPlan, Relation, Scan } from '../../../lib/plan/relation.ts';
import { readDerivedRows } from '../../../lib/runtime/read/derived/derived-rows.ts';
import { createReader, type Reader } from '../../../lib/runtime/read/reader.ts';
import { ask } from '../../../lib/runtime/read/relation/ask.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { gatedStore } from '../../support/gated-store.ts';
import { deliver, NEVER, World } from '../world.ts';

const SHARD = 'shardId-000000000000';
const START = 1_000_000;
const LATER = [
  ['b', 1],
  ['a', 10_000],
  ['a', 20_000],
  ['a', 60_000],
] as const;
const column = (name: string): Column => ({ name, type: 'text', nullable: false });
const columns = [column('k'), column('window_start'), column('window_end'), column('ids')];
const scan: Scan = { kind: 'scan', view: 'tumbling', columns };
/** How many rows there are in each two windows of ten seconds. */
const pairs: Relation = {
  kind: 'regroup',
  input: scan,
  key: [],
  window: {
    spec: { kind: 'tumbling', size: 20_000, slide: 20_000, offset: 0 },
    time: (row) => Date.parse(row.window_start as string),
    ahead: 10_000,
  },
  aggregates: [{ name: 'rows', type: 'bigint', nullable: false, accumulator: count, add: valuesAdder(count, []) }],
  columns: [column('window_start'), column('window_end'), column('rows')],
};

const READERS: Record<string, (reader: Reader, relation: Relation) => Promise<readonly object[]>> = {
  'a derived view': async (reader, relation) => {
    const view: DerivedViewPlan = { name: 'derived', relation, key: [], columns: relation.columns, fingerprint: '1' };
    return (await readDerivedRows(reader, view, { order: 'asc', limit: 100 })).rows.filter(({ final }) => final);
  },
  'a question': async (reader, relation) => {
    const limits = { pages: 1000, rows: 1000, steps: 1000, seconds: 60 };
    return (await ask(reader, { relation, limits })).rows.filter(({ final }) => final).map(({ row }) => ({ ...row, final: true }));
  },
};

describe.each(Object.entries(READERS))('the final rows of %s', (_, read) => {
  it.each([
    ['of each window', scan],
    ['of windows over windows', pairs],
  ])('are those there will always be, whenever others become final: %s', async (_name, relation) => {
    for (let at = 1; ; at++) {
      const world = new World(1);
      world.send(SHARD, 'a', START);
      await deliver(world, world.process(), SHARD, 0, 1);
      let calls = 0;
      const store = gatedStore(world.store, async () => {
        if (++calls !== at) return;
        // A row more of the window that is there, others beside it, and time goes on so far that all of them are final.
        for (const [k, after] of LATER) {
          world.now = START + after;
          world.send(SHARD, k, world.now);
        }
        await deliver(world, world.process(), SHARD, 1, LATER.length);
        await tick(world.process(), { deadline: NEVER });
      });
      const early = await read(createReader(world.process(store), { followEvery: 0 }), relation);
      if (calls < at) break;
      const late = await read(createReader(world.process(), { followEvery: 0 }), relation);
      expect(late.length).toBeGreaterThan(0);
      for (const row of early) expect(late, `at call ${at}`).toContainEqual(row);
    }
  });
});
