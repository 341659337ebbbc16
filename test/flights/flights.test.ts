import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLIGHTS_FILE, FLIGHTS_ORDER, readFlights } from '../../examples/flights/flights.ts';
import { createDynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';
import { DevProcess, type Health } from '../support/dev-process.ts';
import { oracleRows } from '../support/duckdb-oracle.ts';
import { localKinesis, putAll } from '../support/put-all.ts';

const APP = new URL('../../examples/flights/app.ts', import.meta.url).pathname;
const FLIGHTS = 200_000;
const SHARDS = 4;
/** The process is killed after each of so many parts of the flights. */
const PARTS = 5;
const HOUR = 3_600_000;

const data = mkdtempSync(join(tmpdir(), 'millrace-flights-'));
let process_: DevProcess;
/** how far event time had come beyond what was merged, each time the process was killed */
const unmerged: number[] = [];

/** What DuckDB answers over the same flights, in the table `flights`. */
const overFlights = (sql: string) =>
  oracleRows(`CREATE TABLE flights AS FROM read_parquet('${FLIGHTS_FILE}') ORDER BY ${FLIGHTS_ORDER} LIMIT ${FLIGHTS}; ${sql}`, data);

const taken = (health: Health): number => health.streams[0]?.shards.reduce((sum, { events }) => sum + events, 0) ?? 0;

/** Waits for a commit that no merge has followed yet: more than a whole window is closed and not merged. Gives how much. */
async function closedButNotMerged(): Promise<number> {
  for (let tries = 0; tries < 3000; tries++) {
    const [stream] = (await process_.get<Health>('/v1/health')).streams;
    const through = stream?.views.find(({ view }) => view === 'origin_hours')?.merged_through ?? '2001-01-01T00:00:00Z';
    const ahead = Date.parse(stream?.watermark ?? through) - Date.parse(through);
    if (ahead > HOUR) return ahead;
    await sleep(2);
  }
  throw new Error('merges were always faster');
}

beforeAll(async () => {
  process_ = await DevProcess.start(APP, data, '--shards', String(SHARDS), '--no-generator');
  let sent = 0;
  let records: { Data: Uint8Array; PartitionKey: string }[] = [];
  const put = async (): Promise<void> => {
    const client = localKinesis(process_.urls.kinesis);
    await putAll(client, 'flights', records);
    client.destroy();
    records = [];
  };
  for await (const flights of readFlights({ limit: FLIGHTS })) {
    // By number, so that every airport is in every shard.
    for (const flight of flights) records.push({ Data: Buffer.from(JSON.stringify(flight)), PartitionKey: `flight ${sent++}` });
    if (records.length < FLIGHTS / PARTS) continue;
    await put();
    unmerged.push(await closedButNotMerged());
    await process_.kill();
    // Now and then the event source forgets how far it was, and delivers everything again.
    if (unmerged.length % 2 === 0) rmSync(join(data, 'flights-positions.json'), { force: true });
    process_ = await DevProcess.start(APP, data, '--no-generator');
  }
  await put();
  for (let tries = 0; taken(await process_.get<Health>('/v1/health')) < FLIGHTS && tries < 1200; tries++) await sleep(100);
}, 300_000);
afterAll(async () => {
  await process_.kill();
  rmSync(data, { recursive: true, force: true });
});

describe(`${FLIGHTS} flights through ${SHARDS} shards, the process killed between commit and merge`, () => {
  it('were killed there, several times', () => {
    expect(unmerged.length).toBeGreaterThanOrEqual(PARTS - 1);
    expect(Math.min(...unmerged)).toBeGreaterThan(HOUR);
  });

  it('are counted once each, none late, none dead', async () => {
    const health = await process_.get<Health>('/v1/health');
    const shards = health.streams[0]?.shards ?? [];
    expect(shards).toHaveLength(SHARDS);
    expect(taken(health)).toBe(FLIGHTS);
    expect(Math.min(...shards.map(({ events }) => events))).toBeGreaterThan(FLIGHTS / SHARDS / 2);
    expect(shards.map(({ late, dead }) => [late, dead])).toEqual(shards.map(() => [0, 0]));
  });

  it('give for every hour and origin what DuckDB gives', async () => {
    const rows = await process_.allRows('origin_hours');
    const expected = await overFlights(
      `SELECT origin, strftime(date_trunc('hour', date), '%Y-%m-%dT%H:%M:%S.000Z') AS hour, count(*)::INTEGER AS flights, avg(delay) AS avg_delay,
         min(delay)::INTEGER AS min_delay, max(delay)::INTEGER AS max_delay,
         list_sort(list(delay::INTEGER))[(floor(0.95 * (count(*) - 1)) + 1)::INTEGER] AS ranked
       FROM flights GROUP BY ALL`,
    );
    expect(rows.length).toBe(expected.length);
    const byKey = new Map(rows.map((row) => [`${row.origin} ${row.window_start}`, row]));
    let wrong = 0;
    for (const { origin, hour, flights, avg_delay, min_delay, max_delay, ranked } of expected) {
      const row = byKey.get(`${origin} ${hour}`);
      const exact = row?.flights === flights && row?.min_delay === min_delay && row?.max_delay === max_delay;
      const average = Math.abs((row?.avg_delay as number) - (avg_delay as number)) <= 1e-9 * Math.max(1, Math.abs(avg_delay as number));
      // The sketch says: within 1 % of the value at this rank.
      const quantile = Math.abs((row?.p95_delay as number) - (ranked as number)) <= 0.01 * Math.abs(ranked as number) + 1e-9;
      if (!exact || !average || !quantile) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('give for every day and route what DuckDB gives', async () => {
    const rows = await process_.allRows('route_days');
    const expected = await overFlights(
      `SELECT origin, destination, strftime(date_trunc('day', date), '%Y-%m-%dT%H:%M:%S.000Z') AS day, count(*)::INTEGER AS flights
       FROM flights GROUP BY ALL`,
    );
    const shown = (all: readonly Record<string, unknown>[], day: string): string[] =>
      all.map((row) => `${row[day]} ${row.origin} ${row.destination} ${row.flights}`).sort();
    expect(shown(rows, 'window_start')).toEqual(shown(expected, 'day'));
  });

  it('left logs without gaps', async () => {
    const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: process_.urls.dynamodb, requestHandler: new NodeHttpHandler() });
    const store = createDynamoStore({ client, stateTable: 'flights-state', resultsTable: 'flights-results' });
    for (const shard of await store.tasks.list({ application: 'flights', stream: 'flights' })) {
      const indexes = (await store.log.read({ application: 'flights', stream: 'flights', shard }, 0)).map(({ index }) => index);
      expect(indexes.length).toBeGreaterThan(PARTS);
      expect(indexes).toEqual(Array.from(indexes, (_, i) => i + 1));
    }
    client.destroy();
  });
});
