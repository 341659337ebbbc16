// Everything becomes final once nothing can come any more, rows made of several views and of several windows too.
import { expect, it } from 'vitest';
import { compile } from '../../../lib/compile/compile.ts';
import { sqlApplication } from '../../../lib/dsl/sql-application.ts';
import type { DerivedViewPlan } from '../../../lib/plan/relation.ts';
import { processBatch } from '../../../lib/runtime/process-batch.ts';
import { readDerivedRows } from '../../../lib/runtime/read/derived/derived-rows.ts';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import { createRuntime } from '../../../lib/runtime/runtime.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { createMemoryStore } from '../../../lib/store/memory/memory-store.ts';
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

it.each(['beside_none', 'beside_another_stream', 'hours'])('the row of %s, and then everything sleeps', async (name) => {
  const plan = await compile(sqlApplication('shop.sql', TEXT));
  let now = T0;
  const streams = new MemoryStreams(() => now);
  const runtime = createRuntime({ plan, store: createMemoryStore(), shards: streams, clock: { now: () => now } });
  // The refunds' last event, too, is long before: their clock has to go on for the sake of the orders.
  for (const [stream, at] of [['orders', '2026-01-01T10:00:00Z'] as const, ['refunds', '2026-01-01T09:00:00Z'] as const]) {
    const [shard] = streams.addShards(stream, 1) as [string];
    const record = streams.put(stream, { shard, arrival: now, parts: [{ value: { amount: 5, at } }] });
    await processBatch(runtime, { stream, shard, records: [record], deadline: Number.POSITIVE_INFINITY });
  }
  let moved = 0;
  for (let hour = 0; hour < 5; hour++) {
    now += 3_600_000;
    moved = (await tick(runtime, { deadline: Number.POSITIVE_INFINITY })).reduce((sum, report) => sum + report.moved, 0);
  }
  const view = plan.derived.find((derived) => derived.name === name) as DerivedViewPlan;
  const { rows } = await readDerivedRows(createReader(runtime), view, { order: 'asc', limit: 10 });
  expect(rows.map(({ final }) => final)).toEqual([true]);
  expect(moved).toBe(0);
});
