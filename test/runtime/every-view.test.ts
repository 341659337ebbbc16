// Batches that come twice, answers that are lost, processes that forget, checkpoints and merges on the way: the rows are those of a fold
// that knows nothing of the engine, for every kind of windows and every aggregate.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/core/column.ts';
import type { WindowSpec } from '../../lib/core/window.ts';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../lib/runtime/read/window-rows.ts';
import { readWindows } from '../../lib/runtime/read/windows.ts';
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { createMemoryStore } from '../../lib/store/memory/memory-store.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';
import { type Drawn, drawnFor, everyView, expectRow, KINDS } from '../support/every-view.ts';
import { type Fate, gatedStore, gotThrough } from '../support/gated-store.ts';
import { naiveFold } from '../support/naive/fold.ts';
import { bagPlan } from '../support/views.ts';
import { checkpointed, NEVER } from './world.ts';

const SHARDS = 2;

/** What happens to a batch: where it begins, counted back from where the shard is, how long it is, and what comes after it. */
const delivery = fc.record({
  shard: fc.nat(SHARDS - 1),
  process: fc.nat(1),
  back: fc.nat(4),
  size: fc.integer({ min: 1, max: 7 }),
  after: fc.constantFrom('nothing', 'nothing', 'merge', 'checkpoint', 'forget'),
});
const fates = fc.infiniteStream(fc.constantFrom<Fate>('ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'refused', 'answer lost'));

describe.each(Object.keys(KINDS) as WindowSpec['kind'][])('%s windows', (kind) => {
  it('give the rows of the fold whatever is delivered twice, retried, forgotten and merged meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(drawnFor(kind, SHARDS), fc.array(delivery, { maxLength: 25 }), fates, async (drawn, deliveries, fate) => {
        const world = new EveryWorld(drawn, () => fate.next().value as Fate);
        await tick(world.process(true), { deadline: NEVER });
        const processes = [world.process(), world.process()];
        for (const { shard, process, back, size, after } of deliveries) {
          const runtime = processes[process] as Runtime;
          await world.deliver(runtime, shard, back, size);
          if (after === 'merge') await gotThrough(() => mergeStream(runtime, runtime.store, 'events', NEVER));
          else if (after === 'checkpoint') await gotThrough(() => checkpointed(runtime, world.shard(shard)));
          else if (after === 'forget') processes[process] = world.process();
        }
        // The event source goes on until all is taken.
        for (let shard = 0; shard < SHARDS; shard++) await world.deliver(world.process(true), shard, 1000, 1000);
        await world.expectFold(false);
        await world.settle();
        await world.expectFold(kind !== 'global');
      }),
      { numRuns: 25 },
    );
  });
});

/** A stream of drawn events, and processes over a store that fails now and then. */
class EveryWorld {
  readonly #drawn: Drawn;
  readonly #streams = new MemoryStreams(() => this.#now);
  readonly #store = createMemoryStore();
  readonly #faulty: ReturnType<typeof gatedStore>;
  readonly #plan: ReturnType<typeof bagPlan>;
  readonly #done = Array.from({ length: SHARDS }, () => 0);
  #now: number;

  constructor(drawn: Drawn, fate: () => Fate) {
    const { windows, allowedLateness, maxOutOfOrderness, arrival } = drawn.rules;
    this.#drawn = drawn;
    this.#now = Math.max(...drawn.events.flatMap(({ time, arrival }) => [time, arrival]));
    this.#plan = bagPlan([everyView(windows, allowedLateness, arrival)], {
      maxOutOfOrderness,
      maxAhead: Number.POSITIVE_INFINITY,
      maxBehind: Number.POSITIVE_INFINITY,
      // Rows have a column `at` as well.
      validate: (value) => value as { time: number; row: Row },
    });
    this.#faulty = gatedStore(this.#store, () => Promise.resolve(), fate);
    this.#streams.addShards('events', SHARDS);
    for (const { shard, time, arrival, row } of drawn.events) {
      const value = { time, row };
      this.#streams.put('events', { shard: this.shard(shard), arrival, parts: [{ value }] });
    }
  }

  shard(number: number): string {
    return `shardId-00000000000${number}`;
  }

  process(reliable = false): Runtime {
    return createRuntime({
      plan: this.#plan,
      store: reliable ? this.#store : this.#faulty,
      shards: this.#streams,
      clock: { now: () => this.#now },
    });
  }

  async deliver(runtime: Runtime, shard: number, back: number, size: number): Promise<void> {
    const all = this.#streams.records('events', this.shard(shard));
    const from = Math.max(0, (this.#done[shard] as number) - back);
    const records = all.slice(from, from + size);
    const taken = await gotThrough(() => processBatch(runtime, { stream: 'events', shard: this.shard(shard), records, deadline: NEVER }));
    if (taken) this.#done[shard] = Math.max(this.#done[shard] as number, from + records.length);
  }

  /** Ticks until every window is final. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      this.#now += 7 * 86_400_000;
      await tick(this.process(true), { deadline: NEVER });
    }
  }

  async expectFold(final: boolean): Promise<void> {
    const { panes } = naiveFold(this.#drawn.rules, this.#drawn.events);
    const reader = createReader(this.process(true), { followEvery: 0 });
    const { windows } = await readWindows(reader, { view: 'every', order: 'asc', limit: 10_000 });
    const global = this.#plan.views[0]?.window.kind === 'global';
    const everywhere = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
    const found = new Set<string>();
    for (const window of global ? [everywhere] : windows) {
      const wanted = global ? 'latest' : { start: window.start, end: window.end };
      const { rows } = await readWindowRows(reader, { view: 'every', window: wanted, orderBy: [], limit: 1000 });
      for (const row of rows) {
        const pane = `${window.start}/${window.end} ${row.k}`;
        found.add(pane);
        expectRow(row, panes.get(pane) ?? expect.fail(`there is a row for ${pane}, of which there are no events`), window);
        if (final) expect(row.final).toBe(true);
      }
    }
    expect([...found].sort()).toEqual([...panes.keys()].sort());
  }
}
