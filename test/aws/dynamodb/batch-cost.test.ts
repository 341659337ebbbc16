import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDynamoStore } from '../../../lib/aws/dynamodb/dynamo-store.ts';
import { processBatch } from '../../../lib/runtime/process-batch.ts';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { createRuntime } from '../../../lib/runtime/runtime.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { MemoryStreams } from '../../../lib/testing/memory-stream.ts';
import { type LocalDynamo, startDynamo } from '../../support/dynamodb.ts';
import { bagPlan, bagView } from '../../support/views.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-03-01T12:00:00Z');
const NEVER = Number.POSITIVE_INFINITY;

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

it.each([1, 10, 1000])('a batch of %i keys that closes nothing takes one read and one write', async (keys) => {
  let now = T0;
  const streams = new MemoryStreams(() => now);
  const [shard] = streams.addShards('events', 1) as [string];
  const plan = { ...bagPlan([bagView({ kind: 'tumbling', size: MINUTE, slide: MINUTE, offset: 0 }, 0)]), name: `shop-${keys}` };
  const runtime = createRuntime({ plan, store: createDynamoStore(dynamo), shards: streams, clock: { now: () => now } });
  const batch = () => {
    const records = Array.from({ length: keys }, (_, i) => {
      const value = { k: `page ${i}`, id: i, at: T0 + 1000 };
      return streams.put('events', { shard, arrival: now, parts: [{ value }] });
    });
    return processBatch(runtime, { stream: 'events', shard, records, deadline: NEVER });
  };
  await batch();
  const second = await batch();
  expect(second.units).toMatchObject({ requests: 2, reads: expect.any(Number) });
  expect(second.events).toBe(keys);
  // Some 10 bytes an event, far from a write unit a key.
  expect(second.units.writes).toBeLessThanOrEqual(1 + Math.ceil((keys * 10) / 1024));

  await tick(runtime, { deadline: NEVER });
  now += 10 * MINUTE;
  await tick(runtime, { deadline: NEVER });
  const reader = createReader(runtime);
  const { rows } = await readWindowRows(reader, { view: 'bags', window: { start: T0, end: undefined }, orderBy: [], limit: 5000 });
  expect(rows).toHaveLength(keys);
  expect(rows.every((row) => row.final && (row.ids as number[]).length === 2)).toBe(true);
});
