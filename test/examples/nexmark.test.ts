import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millrace } from '../cli/terminal.ts';
import { oracleRows } from '../support/duckdb-oracle.ts';
import { expectRows, rowsOf } from '../support/sql-case.ts';

const APP = 'examples/nexmark/app.sql';
const directory = mkdtempSync(join(tmpdir(), 'millrace-nexmark-'));

const TYPES: Readonly<Record<string, string>> = {
  person: "id: 'BIGINT', name: 'VARCHAR', city: 'VARCHAR', state: 'VARCHAR', date_time: 'TIMESTAMPTZ'",
  auction: "id: 'BIGINT', date_time: 'TIMESTAMPTZ', expires: 'TIMESTAMPTZ', seller: 'BIGINT', category: 'BIGINT'",
  bid: "auction: 'BIGINT', bidder: 'BIGINT', price: 'BIGINT', channel: 'VARCHAR', url: 'VARCHAR', date_time: 'TIMESTAMPTZ', extra: 'VARCHAR'",
};
const load = (stream: string): string => `CREATE TABLE ${stream} AS FROM read_json('${stream}.jsonl', columns = { ${TYPES[stream]} });`;

/** Counts of bids, bidders and auctions by level of price. */
const REPORT = ['*', 'bidder', 'auction']
  .map((what) => {
    const names = what === '*' ? 'bids' : `${what}s`;
    const count = (level: string): string => (what === '*' ? `count(${level})` : `count(DISTINCT CASE WHEN ${level} THEN ${what} END)`);
    const levels = [
      ['total', 'true'],
      ['rank1', 'price < 10000'],
      ['rank2', 'price BETWEEN 10000 AND 999999'],
      ['rank3', 'price > 999999'],
    ] as const;
    return levels.map(([name, level]) => `${count(what === '*' ? `nullif(${level}, false)` : level)} AS ${name}_${names}`).join(', ');
  })
  .join(', ');
const DAY = "strftime(date_time, '%Y-%m-%d')";

/** What each query asks, as DuckDB says it of events that are all there; and a number of rows that shows that it asks something. */
const ORACLES: Readonly<Record<string, readonly [streams: readonly string[], atLeast: number, sql: string]>> = {
  q0: [['bid'], 9200, 'SELECT auction, bidder, price, date_time, extra FROM bid'],
  q1: [['bid'], 9200, 'SELECT auction, bidder, (price * 908)::DOUBLE / 1000 AS price, date_time, extra FROM bid'],
  q2: [['bid'], 10, 'SELECT auction, price FROM bid WHERE auction % 123 = 0'],
  q3: [
    ['person', 'auction'],
    20,
    "SELECT name, city, state, a.id FROM auction a, person p WHERE seller = p.id AND category = 10 AND (state = 'OR' OR state = 'ID' OR state = 'CA')",
  ],
  q4: [
    ['auction', 'bid'],
    5,
    `SELECT category, avg(highest) AS price FROM (SELECT id, category, max(price) AS highest FROM auction a, bid b
      WHERE id = auction AND b.date_time >= a.date_time AND b.date_time <= expires GROUP BY id, category) GROUP BY category`,
  ],
  q5: [
    ['bid'],
    50,
    `SELECT auction, num, s AS window_start, after(s, 10000) AS window_end FROM (
      SELECT auction, s, count(*) AS num FROM (SELECT auction, unnest(hops(date_time, 2000, 10000)) AS s FROM bid) GROUP BY auction, s
    ) QUALIFY rank() OVER (PARTITION BY s ORDER BY num DESC) = 1`,
  ],
  q7: [
    ['bid'],
    10,
    `SELECT auction, bidder, price, date_time, extra FROM bid QUALIFY rank() OVER (PARTITION BY bucket(date_time, 10000) ORDER BY price DESC) = 1`,
  ],
  q8: [
    ['person', 'auction'],
    10,
    `SELECT id, name, bucket(date_time, 10000) AS window_start FROM person p
      WHERE EXISTS (FROM auction a WHERE seller = p.id AND bucket(a.date_time, 10000) = bucket(p.date_time, 10000))`,
  ],
  q11: [
    ['bid'],
    400,
    `SELECT bidder, count(*) AS bid_count, min(date_time) AS window_start, after(max(date_time), 10000) AS window_end FROM (
      SELECT *, sum(begins) OVER (PARTITION BY bidder ORDER BY date_time ROWS UNBOUNDED PRECEDING) AS run FROM (
        SELECT *, coalesce(epoch_ms(date_time) - lag(epoch_ms(date_time)) OVER (PARTITION BY bidder ORDER BY date_time) > 10000, true)::INT AS begins FROM bid
      )
    ) GROUP BY bidder, run`,
  ],
  q15: [['bid'], 2, `SELECT ${DAY} AS day, ${REPORT} FROM bid GROUP BY day`],
  q16: [
    ['bid'],
    2000,
    `SELECT channel, ${DAY} AS day, max(strftime(date_time, '%H:%M')) AS minute, ${REPORT} FROM bid GROUP BY channel, day`,
  ],
  q17: [
    ['bid'],
    500,
    `SELECT auction, ${DAY} AS day, count(*) AS total_bids, count(nullif(price < 10000, false)) AS rank1_bids,
      count(nullif(price BETWEEN 10000 AND 999999, false)) AS rank2_bids, count(nullif(price > 999999, false)) AS rank3_bids,
      min(price) AS min_price, max(price) AS max_price, avg(price) AS avg_price, sum(price)::BIGINT AS sum_price FROM bid GROUP BY auction, day`,
  ],
  q18: [
    ['bid'],
    2000,
    `SELECT auction, bidder, price, channel, url, date_time, extra FROM bid
      QUALIFY row_number() OVER (PARTITION BY bidder, auction ORDER BY date_time DESC) = 1`,
  ],
};

beforeAll(() => execFileSync(process.execPath, ['examples/nexmark/generate.ts', '--directory', directory, '--events', '10000']));
afterAll(() => rmSync(directory, { recursive: true }));

describe('Nexmark over 10,000 events, somewhat out of order', () => {
  it.each(Object.keys(ORACLES))('%s has what DuckDB has', async (query) => {
    const [streams, atLeast, sql] = ORACLES[query] as (typeof ORACLES)[string];
    const inputs = streams.flatMap((stream) => ['--input', `${stream}=${join(directory, `${stream}.jsonl`)}`]);
    const { out, err, code } = await millrace(['run', APP, '--view', query, ...inputs]);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/\d+ events, 0 late, 0 dead\n$/) });
    const expected = await oracleRows(`${streams.map(load).join(' ')} ${sql};`, directory);
    expect(expected.length).toBeGreaterThanOrEqual(atLeast);
    expectRows(rowsOf(out), expected);
  });

  it('docs/nexmark.md says of every view that it runs, and of no other query', () => {
    const rows = readFileSync('docs/nexmark.md', 'utf8').matchAll(/^\| (q\d+) \|[^|]*\| (runs|not yet)/gm);
    const runs = [...rows].filter(([, , state]) => state === 'runs').map(([, query]) => query);
    expect(runs).toEqual(Object.keys(ORACLES));
    const views = [...readFileSync(APP, 'utf8').matchAll(/CREATE MATERIALIZED VIEW (\w+)/g)].map(([, view]) => view);
    expect(runs).toEqual(views);
  });
});
