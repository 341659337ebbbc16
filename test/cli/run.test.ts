import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millrace } from './terminal.ts';

const APP = new URL('./fixtures/shop.ts', import.meta.url).pathname;

let directory: string;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(text: string | Uint8Array): Promise<string> {
  const path = join(directory, `orders-${++files}.jsonl`);
  await writeFile(path, text);
  return path;
}

function order(time: string, country: string | null, size: number, price: number): string {
  return JSON.stringify({ country, size, price, at: `2026-01-01T${time}Z` });
}

async function run(text: string | Uint8Array, view = 'per_country', ...more: string[]) {
  const path = await file(text);
  const { code, out, err } = await millrace(['run', APP, '--input', `orders=${path}`, '--view', view, ...more]);
  return { code, rows: out.split('\n').filter(Boolean), err: err.replaceAll(path, 'FILE') };
}

describe('millrace run', () => {
  it('prints final rows with exactly the columns of the view, by window and then key', async () => {
    const lines = [
      order('10:00:59.999', 'fr', 10, 1),
      order('10:01:00', 'de', 2, 5),
      order('10:00:01', 'de', 9, 0.25),
      order('10:00:02', 'de', 9, 0.5),
      order('10:00:30', null, 1, 3),
      order('10:00:03', 'de', 10, 2),
      order('10:00:03', 'de', 10, -2),
    ];
    const { code, rows, err } = await run(lines.join('\n'));
    const window = (start: string, end: string) => `"window_start":"2026-01-01T${start}:00.000Z","window_end":"2026-01-01T${end}:00.000Z"`;
    expect(rows).toEqual([
      `{"country":"de","size":9,${window('10:00', '10:01')},"orders":2,"revenue":0.75,"highest":0.5}`,
      `{"country":"de","size":10,${window('10:00', '10:01')},"orders":1,"revenue":2,"highest":2}`,
      `{"country":"fr","size":10,${window('10:00', '10:01')},"orders":1,"revenue":1,"highest":1}`,
      `{"country":null,"size":1,${window('10:00', '10:01')},"orders":1,"revenue":3,"highest":3}`,
      `{"country":"de","size":2,${window('10:01', '10:02')},"orders":1,"revenue":5,"highest":5}`,
    ]);
    expect(err).toBe('7 events, 0 late, 0 dead\n');
    expect(code).toBe(0);
  });

  it('leaves out late events and counts them', async () => {
    // Closed when the watermark (greatest time − 10 s) reaches the end + 30 s: 10:01:40.
    const lines = [order('10:00:00', 'de', 1, 1), order('10:01:39.999', 'de', 1, 1), order('10:00:00', 'de', 1, 1)];
    const late = [order('10:01:40', 'de', 1, 1), order('10:00:59', 'de', 1, 1)];
    const { rows, err } = await run([...lines, ...late].join('\n'));
    expect(rows.map((row) => (JSON.parse(row) as { orders: number }).orders)).toEqual([2, 2]);
    expect(err).toBe('5 events, 1 late, 0 dead\n');
  });

  it('takes the present for when events came that have no time of their own', async () => {
    const app = join(directory, 'taps.sql');
    await writeFile(
      app,
      `CREATE TABLE taps (page text NOT NULL);
       SELECT window_start, window_end, count(*) AS n FROM TUMBLE(taps, arrival_time, INTERVAL '1 day') GROUP BY window_start, window_end;`,
    );
    const before = Date.now();
    const { out } = await millrace(['run', app, '--input', `taps=${await file('{"page":"/a"}\n{"page":"/b"}\n')}`]);
    const { n, window_start, window_end } = JSON.parse(out) as { n: number; window_start: string; window_end: string };
    expect(n).toBe(2);
    expect(Date.parse(window_start)).toBeLessThanOrEqual(Date.now());
    expect(Date.parse(window_end)).toBeGreaterThan(before);
  });

  it('skips blank lines and a byte order mark, takes CRLF and a last line without an end', async () => {
    const text = `\ufeff${order('10:00:00', 'de', 1, 1)}\r\n\r\n  \t\n${order('10:00:01', 'de', 1, 1)}\n\n${order('10:00:02', 'de', 1, 1)}`;
    const { rows, err } = await run(text);
    expect(rows.map((row) => (JSON.parse(row) as { orders: number }).orders)).toEqual([3]);
    expect(err).toBe('3 events, 0 late, 0 dead\n');
  });

  it.each([
    [
      '',
      1_767_261_600,
      ": the first event time is 1970-01-21T10:54:21.600Z: it looks like seconds, read as milliseconds: declare the event time's unit, 's'\n",
    ],
    [", event_time_unit = 's'", 1_767_261_600, ''],
    ['', 1_767_261_600_000, ''],
    ['', 0, ''],
  ])('says so when event times are of another unit (%j, %d)', async (unit, at, said) => {
    const app = join(directory, `unit-${++files}.sql`);
    await writeFile(app, `CREATE TABLE t (at bigint) WITH (event_time = 'at'${unit}); SELECT count(*) AS n FROM t`);
    const path = await file(`{"at":${at}}\n{"at":${at}}\n`);
    const { err, code } = await millrace(['run', app, '--input', `t=${path}`]);
    expect({ err, code }).toEqual({ err: `${said && path}${said}2 events, 0 late, 0 dead\n`, code: 0 });
  });

  it('counts dead letters, and shows the first with line and reason', async () => {
    const bad = ['{"half', '7', order('10:00:00', 'de', 1.5, 1), order('soon', 'de', 1, 1), '{"a":1}', 'x', 'y'];
    const text = [order('10:00:00', 'de', 1, 1), '', ...bad, order('10:00:01', 'de', 1, 1)].join('\n');
    const { rows, err, code } = await run(text);
    const lines = err.split('\n');
    expect(lines[0]).toMatch(/^FILE:3: dead letter: not JSON: /);
    expect(lines[1]).toMatch(/^FILE:4: dead letter: .*number/);
    expect(lines[2]).toMatch(/^FILE:5: dead letter: .*"size"/);
    expect(lines[3]).toMatch(/^FILE:6: dead letter: .*"at"/);
    expect(lines[4]).toMatch(/^FILE:7: dead letter: /);
    expect(lines.slice(5)).toEqual(['… and 2 more dead letters', '9 events, 0 late, 7 dead', '']);
    expect(rows).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('gives hopping windows, every one an event is in', async () => {
    const { rows } = await run([order('10:01:30', 'de', 1, 1), order('10:02:30', 'de', 1, 1)].join('\n'), 'per_size');
    const shown = rows.map((row) => JSON.parse(row) as { window_start: string; orders: number });
    expect(shown.map(({ window_start, orders }) => `${window_start.slice(11, 16)} ${orders}`)).toEqual(['10:00 1', '10:01 2', '10:02 1']);
  });

  it('an empty file has no rows', async () => {
    expect(await run('')).toEqual({ code: 0, rows: [], err: '0 events, 0 late, 0 dead\n' });
  });

  it('counts rows with errors, and rows left out', async () => {
    const app = join(directory, 'ratios.sql');
    await writeFile(
      app,
      `CREATE TABLE orders (country text, size bigint, at timestamptz) WITH (event_time = 'at');
       CREATE MATERIALIZED VIEW ratios AS SELECT country, 6 / sum(size) AS ratio FROM orders GROUP BY country;
       CREATE MATERIALIZED VIEW large AS SELECT country FROM ratios WHERE ratio > 1;`,
    );
    const orders = await file([order('10:00:00', 'de', 0, 1), order('10:00:00', 'fr', 3, 1)].join('\n'));
    const of = (view: string, ...more: string[]) => millrace(['run', app, '--input', `orders=${orders}`, '--view', view, ...more]);
    const ratios = await of('ratios');
    expect(
      ratios.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      { country: 'de', ratio: null, $errors: { ratio: 'division by zero' } },
      { country: 'fr', ratio: 2 },
    ]);
    expect(ratios.err).toBe('2 events, 0 late, 0 dead, 1 row with errors\n');
    expect(await of('large')).toEqual({
      code: 0,
      out: '{"country":"fr"}\n',
      err: '2 events, 0 late, 0 dead, 1 row left out (division by zero)\n',
    });
    expect(JSON.parse((await of('large', '--json')).err)).toMatchObject({
      errors: 0,
      left_out_rows: { rows: 1, reason: 'division by zero' },
    });
  });

  it('prints the counts as JSON, and reads files one after the other', async () => {
    const [a, b] = [await file(`${order('10:00:00', 'de', 1, 1)}\n`), await file(order('10:00:01', 'de', 1, 1))];
    const { err, out } = await millrace([
      'run',
      APP,
      '--input',
      `orders=${a}`,
      '--input',
      `orders=${b}`,
      '--view',
      'per_country',
      '--json',
    ]);
    expect(JSON.parse(err)).toEqual({ events: 2, late: 0, dead: 0, duplicates: 0, errors: 0 });
    expect(JSON.parse(out)).toMatchObject({ orders: 2, revenue: 2 });
  });

  it('equals a plain fold, whatever the order of events', async () => {
    const event = fc.record({ time: fc.nat(600), size: fc.integer({ min: 1, max: 3 }), price: fc.integer({ min: -2, max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const base = Date.parse('2026-01-01T10:00:00Z');
        const text = events.map(({ time, size, price }) =>
          JSON.stringify({ country: 'de', size, price, at: new Date(base + time * 1000).toISOString() }),
        );
        const { rows, err } = await run(text.join('\n'));
        const expected = fold(events);
        const got = rows.map((row) => JSON.parse(row) as { window_start: string; size: number; orders: number; revenue: number });
        expect(
          got.map(({ window_start, size, orders, revenue }) => [(Date.parse(window_start) - base) / 60_000, size, orders, revenue]),
        ).toEqual(expected.rows);
        expect(err).toBe(`${events.length} ${events.length === 1 ? 'event' : 'events'}, ${expected.late} late, 0 dead\n`);
      }),
      { numRuns: 60 },
    );
  });

  it('reads large files in pieces, and rows come while it reads', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 30_000; i++) {
      const at = new Date(Date.parse('2026-01-01T00:00:00Z') + i * 1000).toISOString();
      lines.push(JSON.stringify({ country: 'd'.repeat(50), size: 1, price: 1, at }));
    }
    const { rows, err } = await run(lines.join('\n'));
    expect(err).toBe('30000 events, 0 late, 0 dead\n');
    expect(rows).toHaveLength(500);
    expect(rows.every((row) => (JSON.parse(row) as { orders: number }).orders === 60)).toBe(true);
  });

  it('reads files that are compressed, and CSV by the names in its first line', async () => {
    const text = [order('10:00:01', 'de', 9, 0.5), order('10:00:02', 'fr', 1, 2)].join('\n');
    const plain = await run(text);
    expect((await run(gzipSync(text))).rows).toEqual(plain.rows);
    expect((await run(Buffer.concat([gzipSync(text.slice(0, 10)), gzipSync(text.slice(10))]))).rows).toEqual(plain.rows);
    const table = 'at,price,size,country\n2026-01-01T10:00:01Z,0.5,9,de\n2026-01-01T10:00:02Z,2,1,"fr"\n2026-01-01T10:00:02Z,2\n';
    for (const [name, contents] of [
      ['orders.csv', table],
      ['orders.CSV.gz', gzipSync(table)],
      ['orders.tsv', table.replaceAll(',', '\t')],
    ] as const) {
      const path = join(directory, name);
      await writeFile(path, contents);
      const { code, out, err } = await millrace(['run', APP, '--input', `orders=${path}`, '--view', 'per_country']);
      expect(out.split('\n').filter(Boolean)).toEqual(plain.rows);
      expect(err).toContain(`${path}:4: dead letter: not CSV`);
      expect(err).toContain('3 events, 0 late, 1 dead');
      expect(code).toBe(0);
    }
    const broken = await run(gzipSync(text).subarray(0, -10));
    expect(broken).toMatchObject({ code: 2, err: expect.stringContaining('FILE starts like gzip but cannot be inflated') });
  });

  it('exits with 3 when everything was dead', async () => {
    expect((await run('nonsense\n{}')).code).toBe(3);
    expect((await run(`nonsense\n${order('10:00:01', 'de', 9, 0.5)}`)).code).toBe(0);
    expect((await run('')).code).toBe(0);
  });
});

/** Watermark and lateness event by event, by the definitions: seconds, windows of 60, lateness 30, out of order by 10. */
function fold(events: readonly { time: number; size: number; price: number }[]) {
  const sums = new Map<string, [number, number, number, number]>();
  let [watermark, late] = [Number.NEGATIVE_INFINITY, 0];
  for (const { time, size, price } of events) {
    watermark = Math.max(watermark, time - 10);
    if (price < 0) continue;
    const window = Math.floor(time / 60);
    if (window * 60 + 60 + 30 <= watermark) {
      late++;
      continue;
    }
    const sum = sums.get(`${window} ${size}`) ?? [window, size, 0, 0];
    sums.set(`${window} ${size}`, [window, size, sum[2] + 1, sum[3] + price]);
  }
  return { rows: [...sums.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]), late };
}
