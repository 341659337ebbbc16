import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDynamoStore } from '../../../lib/aws/dynamodb/dynamo-store.ts';
import { processBatch } from '../../../lib/runtime/process-batch.ts';
import { createReader } from '../../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../../lib/runtime/read/window-rows.ts';
import { createRuntime, type Runtime } from '../../../lib/runtime/runtime.ts';
import { tick } from '../../../lib/runtime/tick.ts';
import { MemoryStreams } from '../../../lib/testing/memory-stream.ts';
import { type LocalDynamo, startDynamo } from '../../support/dynamodb.ts';
import { RoundTrips } from '../../support/round-trips.ts';
import { bagPlan, bagView } from '../../support/views.ts';

const MINUTE = 60_000;
const T0 = Date.parse('2026-03-01T12:00:00Z');
const NEVER = Number.POSITIVE_INFINITY;

let dynamo: LocalDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

/** An application on DynamoDB with a stream of two shards, and batches of some keys in its first one. */
function world(name: string, trial?: Runtime['trial']) {
  const clock = { at: T0, now: () => clock.at };
  const streams = new MemoryStreams(clock.now);
  const [shard, slow] = streams.addShards('events', 2) as [string, string];
  const plan = { ...bagPlan([bagView({ kind: 'tumbling', size: MINUTE, slide: MINUTE, offset: 0 }, 0)]), name };
  const trips = new RoundTrips();
  const runtime = createRuntime({ plan, store: trips.of(createDynamoStore(dynamo)), shards: streams, clock, trial });
  const batch = async (keys: number, into = shard) => {
    const records = Array.from({ length: keys }, (_, i) => {
      const value = { k: `page ${i}`, id: i, at: clock.at + 1000 };
      return streams.put('events', { shard: into, arrival: clock.at + 1000, parts: [{ value }] });
    });
    trips.take();
    const { units, events } = await processBatch(runtime, { stream: 'events', shard: into, records, deadline: NEVER });
    expect(events).toBe(keys);
    return { requests: units.requests, trips: trips.take(), writes: units.writes };
  };
  return { clock, slow, runtime, batch };
}

const survives: Runtime['trial'] = async () => 'survives';

it.each([1, 10, 1000])('a batch of %i keys that closes nothing takes one read and one write', async (keys) => {
  const { clock, batch, runtime } = world(`shop-${keys}`);
  await batch(keys);
  const second = await batch(keys);
  expect(second).toMatchObject({ requests: 2, trips: 2 });
  // Some 10 bytes an event, far from a write unit a key.
  expect(second.writes).toBeLessThanOrEqual(1 + Math.ceil((keys * 10) / 1024));

  await tick(runtime, { deadline: NEVER });
  clock.at += 10 * MINUTE;
  await tick(runtime, { deadline: NEVER });
  const reader = createReader(runtime);
  const { rows } = await readWindowRows(reader, { view: 'bags', window: { start: T0, end: undefined }, orderBy: [], limit: 5000 });
  expect(rows).toHaveLength(keys);
  expect(rows.every((row) => row.final && (row.ids as number[]).length === 2)).toBe(true);
});

it('a single record takes one request more, at the same time: its deliveries are counted', async () => {
  const { batch } = world('shop-single', survives);
  await batch(2);
  expect(await batch(1)).toMatchObject({ requests: 3, trips: 2 });
});

//  the slow shard   ──┤                      nothing is merged past here
//  this one         ──┼── closed panes ──┤ a batch that closes nothing
it.each([
  ['1,000 keys', 1000, undefined],
  ['a single record', 1, survives],
])('panes that wait for another shard cost no round trip: %s', async (name, keys, trial) => {
  const { clock, slow, batch, runtime } = world(`shop waits ${name}`, trial);
  await batch(keys, slow);
  await batch(keys);
  await tick(runtime, { deadline: NEVER });
  clock.at += 5 * MINUTE;
  await batch(keys);
  for (let i = 0; i < 2; i++) {
    const cost = await batch(keys);
    expect(cost.requests).toBeLessThanOrEqual(3);
    expect(cost.trips).toBe(2);
  }
});
