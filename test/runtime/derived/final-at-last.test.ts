// Everything becomes final once nothing can come any more, rows made of several views and of several windows too.
import { expect, it } from 'vitest';
import { compile } from '../../../lib/compile/compile.ts';
import { MillraceError } from '../../../lib/core/errors.ts';
import { sqlApplication } from '../../../lib/dsl/sql-application.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { DerivedViewPlan } from '../../../lib/plan/relation.ts';
import { processBatch } from '../../../lib/runtime/process-batch.ts';
import { readDerivedRows } from '../../../lib/runtime/read/derived/derived-rows.ts';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import { createRuntime, type Runtime } from '../../../lib/runtime/runtime.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { createMemoryStore } from '../../../lib/store/memory/memory-store.ts';
import type { Store } from '../../../lib/store/ports.ts';
import { MemoryStreams } from '../../../lib/testing/memory-stream.ts';

const TEXT = `CREATE TABLE orders (amount bigint, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
CREATE TABLE refunds (amount bigint, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
CREATE MATERIALIZED VIEW per_minute AS
  SELECT window_start, window_end, sum(amount) AS total FROM TUMBLE(orders, at, '1 minute') GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW large AS
  SELECT window_start, window_end, count(*) AS n FROM TUMBLE(orders, at, '1 minute') WHERE amount > 1000 GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW refunded AS
  SELECT window_start, window_end, count(*) AS n FROM TUMBLE(refunds, at, '1 minute') GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW beside_none AS
  SELECT window_start, window_end, total, n FROM per_minute LEFT JOIN large USING (window_start, window_end);
CREATE MATERIALIZED VIEW beside_another_stream AS
  SELECT window_start, window_end, total, n FROM per_minute LEFT JOIN refunded USING (window_start, window_end);
CREATE MATERIALIZED VIEW hours AS
  SELECT window_start, window_end, max(total) AS most FROM TUMBLE(per_minute, window_start, INTERVAL '1 hour') GROUP BY window_start, window_end;`;
const T0 = Date.parse('2026-01-01T10:00:00Z');

/** Two streams with an event each, ticked an hour later at each call. */
async function shop(store: Store = createMemoryStore()): Promise<{ plan: Plan; runtime: Runtime; tickAnHourLater: () => Promise<number> }> {
  const plan = await compile(sqlApplication('shop.sql', TEXT));
  let now = T0;
  const streams = new MemoryStreams(() => now);
  const runtime = createRuntime({ plan, store, shards: streams, clock: { now: () => now } });
  // The refunds' last event, too, is long before: their clock has to go on for the sake of the orders.
  for (const [stream, at] of [['orders', '2026-01-01T10:00:00Z'] as const, ['refunds', '2026-01-01T09:00:00Z'] as const]) {
    const [shard] = streams.addShards(stream, 1) as [string];
    const record = streams.put(stream, { shard, arrival: now, parts: [{ value: { amount: 5, at } }] });
    await processBatch(runtime, { stream, shard, records: [record], deadline: Number.POSITIVE_INFINITY });
  }
  const tickAnHourLater = async (): Promise<number> => {
    now += 3_600_000;
    return (await tick(runtime, { deadline: Number.POSITIVE_INFINITY })).reduce((sum, report) => sum + report.moved, 0);
  };
  return { plan, runtime, tickAnHourLater };
}

async function finality(runtime: Runtime, plan: Plan, name: string): Promise<unknown[]> {
  const view = plan.derived.find((derived) => derived.name === name) as DerivedViewPlan;
  const { rows } = await readDerivedRows(createReader(runtime), view, { order: 'asc', limit: 10 });
  return rows.map(({ final }) => final);
}

it.each(['beside_none', 'beside_another_stream', 'hours'])('the row of %s, and then everything sleeps', async (name) => {
  const { plan, runtime, tickAnHourLater } = await shop();
  let moved = 0;
  for (let hour = 0; hour < 5; hour++) moved = await tickAnHourLater();
  expect(await finality(runtime, plan, name)).toEqual([true]);
  expect(moved).toBe(0);
});

it('the rows of all that do not read a view whose windows cannot be read, and ticks say which item it is', async () => {
  const { results, ...others } = createMemoryStore();
  const windows: typeof results.windows = async (id, range) => {
    if (id.view === 'refunded') throw new MillraceError('corrupt', 'the windows of refunded are damaged');
    return results.windows(id, range);
  };
  const damaged: Store = { ...others, metered: () => damaged, results: { ...results, windows } };
  const { plan, runtime, tickAnHourLater } = await shop(damaged);
  for (let hour = 0; hour < 5; hour++) await expect(tickAnHourLater()).rejects.toThrow('the windows of refunded are damaged');
  expect(await finality(runtime, plan, 'beside_none')).toEqual([true]);
  expect(await finality(runtime, plan, 'hours')).toEqual([true]);
});
