import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRecords } from '../../lib/aws/kinesis/decode-records.ts';
import { trialOfFile } from '../../lib/aws/trial-entry.ts';
import { createTrialWorker } from '../../lib/aws/trial-worker.ts';
import { kinesisRecord } from '../aws/kinesis/records.ts';
import { millrace } from './terminal.ts';

const TEXT = `CREATE TABLE orders (country text, price double precision NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');
CREATE TABLE "page-hits" (page text, at timestamptz) WITH (event_time = 'at');
CREATE MATERIALIZED VIEW revenue WITH (allowed_lateness = '30 seconds') AS
  SELECT country, window_start, window_end, sum(price) AS total, count(*) AS orders
  FROM HOP(orders, at, INTERVAL '1 minute', INTERVAL '5 minutes') WHERE price > 0 GROUP BY country, window_start, window_end;
CREATE MATERIALIZED VIEW best AS
  SELECT country, window_start, window_end, total FROM (
    SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY total DESC) AS place FROM revenue
  ) AS ranked WHERE place = 1;
`;

let directory: string;
let app: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
  app = join(directory, 'shop.sql');
  await writeFile(app, `\uFEFF${TEXT}`);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a file of SQL', () => {
  it('is run: the last view, or the one that is named', async () => {
    const input = join(directory, 'orders.jsonl');
    const events = [
      { country: 'de', price: 2, at: '2026-01-01T00:00:00Z' },
      { country: 'fr', price: 3, at: '2026-01-01T00:00:01Z' },
      { country: 'fr', price: -3, at: '2026-01-01T00:00:02Z' },
      { country: 'fr', at: '2026-01-01T00:00:02Z' },
    ];
    await writeFile(input, events.map((event) => JSON.stringify(event)).join('\n'));
    const last = await millrace(['run', app, '--input', `orders=${input}`]);
    expect(last.out.split('\n')[0]).toBe(
      '{"country":"fr","window_start":"2025-12-31T23:56:00.000Z","window_end":"2026-01-01T00:01:00.000Z","total":3}',
    );
    expect(last.out.split('\n')).toHaveLength(6);
    expect(last.err).toContain('orders.jsonl:4: dead letter: column "price": expected a finite number, got nothing');
    const named = await millrace(['run', app, '--input', `orders=${input}`, '--view', 'revenue']);
    expect(named.out.split('\n')).toHaveLength(11);
  });

  it('is refused with file, line and column, and exit code 2', async () => {
    const wrong = join(directory, 'wrong.sql');
    await writeFile(wrong, TEXT.replace('sum(price)', 'sum(prise)'));
    for (const command of ['run', 'explain', 'types', 'dev']) {
      const { code, err } = await millrace([command, wrong]);
      expect(err).toBe(
        [
          `millrace ${command}: ${wrong}:4:49: column "prise" does not exist`,
          '  4 |   SELECT country, window_start, window_end, sum(prise) AS total, count(*) AS orders',
          '    |                                                 ^',
          '  did you mean "price"?',
          '',
        ].join('\n'),
      );
      expect(code).toBe(2);
    }
  });

  it('is followed by why', async () => {
    const event = '{"country":"de","price":1,"at":"2026-01-01T00:00:00Z"}';
    const { out } = await millrace(['why', app, '--stream', 'orders', '--event', event, '--url', 'http://127.0.0.1:1', '--json']);
    expect(JSON.parse(out)).toMatchObject([
      { event_time: '2026-01-01T00:00:00.000Z', views: [{ view: 'revenue', key: { country: 'de' } }] },
    ]);
  });

  it('is what a record is tried with', async () => {
    const [record] = decodeRecords([kinesisRecord('{"country":"de","price":1,"at":"2026-01-01T00:00:00Z"}')]);
    const warnings: unknown[] = [];
    const trial = createTrialWorker({ ...trialOfFile(app), warn: (...warning) => warnings.push(warning) });
    expect(await trial('orders', record as NonNullable<typeof record>)).toBe('survives');
    expect(warnings).toEqual([]);
  });
});

describe('millrace types', () => {
  it('writes the rows of every view', async () => {
    const { out, code } = await millrace(['types', app]);
    expect(code).toBe(0);
    expect(out).toBe(`// Written by millrace types shop.sql: generate it again when the views change.

/** A row of the view revenue. */
export interface RevenueRow {
  country: string | null;
  window_start: string;
  window_end: string;
  total: number;
  orders: number;
  /** whether it can no longer change */
  final: boolean;
}

/** A row of the view best. */
export interface BestRow {
  country: string | null;
  window_start: string;
  window_end: string;
  total: number | null;
  /** whether it can no longer change */
  final: boolean;
  /** why columns are null that could not be computed, by name; absent if there are none */
  $errors?: Readonly<Record<string, string>>;
}

/** The rows of all views of shop, by view. */
export interface Rows {
  revenue: RevenueRow;
  best: BestRow;
}
`);
  });

  it('tells views apart whose names make one type', async () => {
    const file = join(directory, 'two.sql');
    const view = 'AS SELECT country, window_start, window_end, total FROM revenue';
    await writeFile(
      file,
      `${TEXT} CREATE MATERIALIZED VIEW a_b ${view}; CREATE MATERIALIZED VIEW "aB" ${view}; CREATE MATERIALIZED VIEW "a_B" ${view};`,
    );
    const { out } = await millrace(['types', file]);
    expect(out.match(/export interface \w+/g)).toEqual(
      ['RevenueRow', 'BestRow', 'ABRow', 'ABRow2', 'ABRow3', 'Rows'].map((name) => `export interface ${name}`),
    );
  });
});

describe('millrace explain', () => {
  it('tells what runs per shard, what after the merge, the state and the writes', async () => {
    const { out } = await millrace(['explain', app]);
    expect(out).toBe(`application shop

stream orders (country text, price double precision not null, at timestamptz not null)
├─ event time at, waits 5 seconds for events that are out of order
└─ view revenue
   ├─ in each shard, for every event
   │  ├─ 1 filter or map
   │  ├─ key country
   │  ├─ hopping windows of 5 minutes every 1 minute, each open 30 seconds longer for late events
   │  ├─ total = sum
   │  └─ orders = count
   ├─ state: at least 2 bytes for each key in each of the 5 slices of a window
   ├─ one log entry for each batch, whatever the number of keys
   └─ when a window has closed in all shards, its panes are merged
      ├─ written for each window: pages of 16 KB, a single one while it is small; one item for each key
      └─ kept 30 days

stream page-hits (page text, at timestamptz not null)
└─ event time at, waits 5 seconds for events that are out of order

view best, computed when it is read; nothing is stored
└─ select country, window_start, window_end, total
   └─ keep rows where ("place" = 1::bigint)
      └─ select country, window_start, window_end, total, orders, place
         └─ row_number in each window and partition, as rank 1
            └─ read revenue
`);
  });

  it('tells of sessions and stagger windows', async () => {
    const file = join(directory, 'own.sql');
    const from = (name: string, window: string): string =>
      `CREATE MATERIALIZED VIEW ${name} AS SELECT k, window_start, window_end, count(*) AS n FROM ${window} GROUP BY k, window_start, window_end;`;
    await writeFile(
      file,
      `CREATE TABLE s (k text, at timestamptz) WITH (event_time = 'at');
       ${from('visits', "SESSION(s, at, '30 minutes')")} ${from('bursts', "STAGGER(s, at, '1 minute')")}`,
    );
    const { out } = await millrace(['explain', file]);
    for (const line of [
      'sessions of a key, which end 30 minutes after its last event',
      'state: at least 1 bytes for each key in each of its sessions',
      'when a window has closed in all shards, its spans are merged',
      'written every 3 minutes 45 seconds of event time: pages of 16 KB, with the windows that ended; one item for each window',
      'pending spans of open windows: the parts of sessions that continue in other shards',
      "windows of 1 minute that open at a key's first event",
      'state: at least 1 bytes for each key in each of the milliseconds in which it has events, until all shards have passed them',
      'written every 10 seconds of event time',
      'pending spans of open windows: one pane for each key, at each step',
    ])
      expect(out).toContain(line);
  });

  it('tells of appended rows, of what is never written, and of states that others read', async () => {
    const file = join(directory, 'kinds.sql');
    await writeFile(
      file,
      `CREATE TABLE t (k text, x double precision NOT NULL, at timestamptz) WITH (event_time = 'at');
       CREATE MATERIALIZED VIEW large AS SELECT k, x FROM t WHERE x > 5;
       CREATE MATERIALIZED VIEW ever AS SELECT k, avg(x) AS mean, sum(x) AS total FROM t GROUP BY k;`,
    );
    const { out } = await millrace(['explain', file]);
    const told = out.split('\n').map((line) => line.replace(/^[│├└─ ]*/, ''));
    expect(told).toEqual(
      expect.arrayContaining([
        'each event is one row: rows are appended',
        'tumbling windows of 1 minute by arrival',
        'total = read from the state of another aggregate',
        'never closes: merged from all shards when it is read; nothing else is written; kept for ever',
      ]),
    );
  });

  it('gives the plan as JSON', async () => {
    const { out } = await millrace(['explain', app, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      application: 'shop',
      streams: [{ name: 'orders', eventTime: 'at' }, { name: 'page-hits' }],
      views: [
        {
          name: 'revenue',
          hidden: false,
          transforms: 1,
          slicesPerWindow: 5,
          aggregates: [{ accumulator: 'sum' }, { accumulator: 'count' }],
        },
      ],
      derived: [{ name: 'best', key: ['country'], relation: { inputs: [{ does: 'keep rows where ("place" = 1::bigint)' }] } }],
    });
  });
});
