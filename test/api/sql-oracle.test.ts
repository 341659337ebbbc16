import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { openOracle } from '../support/duckdb-oracle.ts';
import { SqlService } from '../support/sql-service.ts';

const APPLICATION = sqlApplication(
  'shop.sql',
  `CREATE TABLE clicks (page text, country text NOT NULL, ms bigint, ts timestamptz NOT NULL) WITH (event_time = 'ts', max_out_of_orderness = '0 seconds');
   CREATE MATERIALIZED VIEW page_views AS SELECT page, window_start, window_end, count(*) AS views, sum(ms) AS ms
     FROM TUMBLE(clicks, ts, '1 minute') GROUP BY page, window_start, window_end;
   CREATE MATERIALIZED VIEW by_country AS SELECT country, page, window_start, window_end, count(*) AS views
     FROM HOP(clicks, ts, '1 minute', '3 minutes') GROUP BY country, page, window_start, window_end;
   CREATE MATERIALIZED VIEW slow AS SELECT page, window_start, window_end, count(*) AS times
     FROM TUMBLE(clicks, ts, '1 minute') WHERE ms > 470 GROUP BY page, window_start, window_end;
   CREATE MATERIALIZED VIEW appended AS SELECT page, ms, ts FROM clicks WHERE ms > 100;
   CREATE MATERIALIZED VIEW totals AS SELECT page, count(*) AS views, max(ms) AS slowest FROM clicks GROUP BY page;
   CREATE MATERIALIZED VIEW busiest AS SELECT window_start, window_end, page, views FROM (
     SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY views DESC, page) AS place FROM page_views) AS r WHERE place <= 2;`,
);

/** The views again, as DuckDB computes them from the events. */
const VIEWS = `
CREATE VIEW page_views AS SELECT page, bucket(ts, 60000) AS window_start, after(bucket(ts, 60000), 60000) AS window_end,
  count(*) AS views, sum(ms)::BIGINT AS ms FROM clicks GROUP BY ALL;
CREATE VIEW by_country AS SELECT country, page, window_start, after(window_start, 180000) AS window_end, count(*) AS views
  FROM (SELECT *, unnest(hops(ts, 60000, 180000)) AS window_start FROM clicks) GROUP BY ALL;
CREATE VIEW slow AS SELECT page, bucket(ts, 60000) AS window_start, after(bucket(ts, 60000), 60000) AS window_end, count(*) AS times
  FROM clicks WHERE ms > 470 GROUP BY ALL;
CREATE VIEW appended AS SELECT page, ms, ts FROM clicks WHERE ms > 100;
CREATE VIEW totals AS SELECT page, count(*) AS views, max(ms) AS slowest FROM clicks GROUP BY ALL;
CREATE VIEW busiest AS SELECT window_start, window_end, page, views FROM (
  SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY views DESC, page) AS place FROM page_views) WHERE place <= 2;`;

const T0 = Date.parse('2026-01-01T10:00:00Z');
const MINUTES = 12;
let service: SqlService;
let oracle: Awaited<ReturnType<typeof openOracle>>;

beforeAll(async () => {
  service = await SqlService.open(APPLICATION, T0, 2);
  const clicks: { page: string | null; country: string; ms: number | null; ts: string }[] = [];
  const random = fc.sample(fc.tuple(fc.nat(4), fc.nat(2), fc.option(fc.nat(500)), fc.nat(59)), { numRuns: 600, seed: 7 });
  // Of each minute as it goes by: all but the last ones are final in the end, and those of all time never are.
  for (let minute = 0; minute < MINUTES; minute++) {
    const now = random.slice(minute * 50, minute * 50 + 50).map(([page, country, ms, second]) => ({
      page: page === 4 ? null : `/${'abcd'[page]}`,
      country: ['de', 'fr', 'it'][country] as string,
      ms,
      ts: new Date(T0 + minute * 60_000 + second * 1000).toISOString(),
    }));
    now.sort((a, b) => (a.ts < b.ts ? -1 : 1));
    await service.advance(59_999);
    for (const shard of [0, 1])
      await service.put(
        'clicks',
        now.filter((_, i) => i % 2 === shard),
        shard,
      );
    await service.advance(1);
    clicks.push(...now);
  }
  const text = (value: unknown): string => (value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value));
  const values = clicks.map(({ page, country, ms, ts }) => `(${text(page)}, ${text(country)}, ${text(ms)}, '${ts}'::TIMESTAMPTZ)`);
  oracle = await openOracle(
    `CREATE TABLE clicks (page VARCHAR, country VARCHAR, ms BIGINT, ts TIMESTAMPTZ); INSERT INTO clicks VALUES ${values.join()};${VIEWS}`,
  );
});
afterAll(() => oracle.close());

const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
const withoutFinal = ({ final: _, ...row }: Record<string, unknown>): object => row;

/** What the question gives here and there, DuckDB having `now()` and parameters written out. */
async function both(sql: string, parameters: readonly (string | number | null)[] = []): Promise<[readonly object[], readonly object[]]> {
  const answer = await service.ask(sql, parameters);
  expect(answer, answer.detail).toMatchObject({ status: 200 });
  const literal = (value: string | number | null | undefined): string => (typeof value === 'string' ? `'${value}'` : String(value));
  const written = sql
    .replaceAll('now()', `TIMESTAMPTZ '${new Date(service.now).toISOString()}'`)
    .replace(/\$(\d+)/g, (_, number: string) => literal(parameters[Number(number) - 1]));
  return [answer.rows.map(withoutFinal), await oracle.rows(written)];
}

it('rows are partly final', async () => {
  const { rows } = await service.ask('SELECT window_start FROM page_views');
  expect(new Set(rows.map(({ final }) => final))).toEqual(new Set([true, false]));
});

describe('POST /v1/sql gives what DuckDB gives over the same events', () => {
  it.each<[sql: string, parameters?: (string | number | null)[]]>([
    ['SELECT * FROM page_views'],
    ["SELECT page, views FROM page_views WHERE window_start >= now() - interval '3 minutes'"],
    ["SELECT * FROM page_views WHERE page = '/a'"],
    ['SELECT * FROM page_views WHERE page IS NULL AND ms > 100'],
    ["SELECT * FROM page_views WHERE page IN ('/a', '/c') AND window_end <= timestamptz '2026-01-01 10:05:00Z'"],
    ['SELECT * FROM page_views WHERE page = $1 AND window_start BETWEEN $2 AND $3', ['/b', '2026-01-01T10:02:00Z', '2026-01-01T10:06:00Z']],
    ['SELECT page, sum(views) AS views, max(ms) AS most FROM page_views GROUP BY page'],
    [
      "SELECT page, sum(views) AS views FROM page_views WHERE window_start < timestamptz '2026-01-01 10:04:00Z' GROUP BY page HAVING sum(views) > 10",
    ],
    ["SELECT country, sum(views) AS views FROM by_country WHERE country = 'de' AND page = '/a' GROUP BY country"],
    [
      "SELECT window_start, count(*) AS pages FROM page_views WHERE window_start > timestamptz '2026-01-01 10:03:00Z' GROUP BY window_start",
    ],
    ["SELECT * FROM by_country WHERE window_start = timestamptz '2026-01-01 10:03:00Z'"],
    ['SELECT * FROM by_country WHERE country = $1 AND views >= $2', ['fr', 3]],
    [
      "SELECT * FROM by_country WHERE window_start <= timestamptz '2026-01-01 10:03:00Z' AND window_end >= timestamptz '2026-01-01 10:04:00Z'",
    ],
    [
      "SELECT page, sum(views) AS views FROM by_country WHERE window_start = timestamptz '2026-01-01 10:03:00Z' AND window_end IN (timestamptz '2026-01-01 10:04:00Z', timestamptz '2026-01-01 10:06:00Z') GROUP BY page",
    ],
    ['SELECT * FROM appended'],
    [
      "SELECT page, count(*) AS n, max(ms) AS ms FROM appended WHERE ts >= timestamptz '2026-01-01 10:03:30Z' AND page <> '/b' GROUP BY page",
    ],
    ['SELECT * FROM totals'],
    ["SELECT * FROM totals WHERE page = '/a'"],
    ['SELECT * FROM busiest'],
    ["SELECT page, count(*) AS times FROM busiest WHERE window_start >= timestamptz '2026-01-01 10:02:00Z' GROUP BY page"],
    ["SELECT * FROM busiest WHERE page = '/a'"],
    [
      "SELECT a.page, a.views, b.views AS others, a.window_start FROM page_views AS a JOIN busiest AS b ON a.page = b.page AND a.window_start = b.window_start AND a.window_end = b.window_end WHERE a.page = '/b'",
    ],
    [
      "SELECT a.page, a.window_start, b.views FROM page_views AS a LEFT JOIN busiest AS b ON a.page = b.page AND a.window_start = b.window_start AND a.window_end = b.window_end WHERE a.window_start >= timestamptz '2026-01-01 10:06:00Z'",
    ],
    [
      'SELECT a.page, a.views FROM page_views AS a LEFT JOIN busiest AS b ON a.page = b.page AND a.window_start = b.window_start AND a.window_end = b.window_end WHERE b.page IS NULL',
    ],
    [
      "SELECT page, window_start, views FROM page_views WHERE page = '/a' UNION ALL SELECT page, window_start, views FROM busiest WHERE page = '/b'",
    ],
    [
      "WITH a AS (SELECT page AS p, window_start AS s, views AS v FROM page_views) SELECT p, sum(v) AS total FROM a WHERE p = '/c' AND s >= timestamptz '2026-01-01 10:01:00Z' GROUP BY p",
    ],
    [
      'SELECT a.page, a.window_start FROM page_views AS a LEFT JOIN slow AS b ON a.page = b.page AND a.window_start = b.window_start AND a.window_end = b.window_end WHERE b.page IS NULL AND a.page IS NOT NULL',
    ],
    [
      "SELECT a.views, b.times FROM page_views AS a FULL JOIN slow AS b ON a.page = b.page AND a.window_start = b.window_start AND a.window_end = b.window_end WHERE b.page = '/a'",
    ],
    ['SELECT max(page) AS page, page AS p FROM page_views GROUP BY page'],
    ['SELECT count(*) AS n FROM page_views WHERE false'],
  ])('%s %j', async (sql, parameters) => {
    const [given, expected] = await both(sql, parameters);
    expect(sorted(given)).toEqual(sorted(expected));
    if (!sql.includes('WHERE false')) expect(expected.length).toBeGreaterThan(0);
  });

  it.each([
    ['SELECT page, window_start, views FROM page_views ORDER BY views DESC, window_start, page NULLS FIRST LIMIT 7 OFFSET 2'],
    ['SELECT page, sum(views) AS views FROM page_views GROUP BY page ORDER BY 2 DESC, page'],
  ])('in order: %s', async (sql) => {
    const [given, expected] = await both(sql);
    expect(given).toEqual(expected);
  });

  it('whatever is put together', async () => {
    const minute = fc.integer({ min: -1, max: MINUTES + 1 }).map((n) => `timestamptz '${new Date(T0 + n * 60_000).toISOString()}'`);
    const part = fc.oneof(
      fc
        .tuple(fc.constantFrom('window_start', 'window_end'), fc.constantFrom('=', '<', '<=', '>', '>=', '<>'), minute)
        .map((all) => all.join(' ')),
      fc
        .tuple(minute, fc.constantFrom('=', '<', '<=', '>', '>='), fc.constantFrom('window_start', 'window_end'))
        .map((all) => all.join(' ')),
      fc.tuple(minute, minute).map(([a, b]) => `window_start BETWEEN ${a} AND ${b}`),
      fc.tuple(minute, minute).map(([a, b]) => `window_end IN (${a}, ${b})`),
      fc.constantFrom(
        "page = '/a'",
        "'/b' = page",
        "page IN ('/a', '/d')",
        "page IN ('/a', NULL)",
        'page IS NULL',
        'page IS NOT NULL',
        "page <> '/a'",
      ),
      fc.constantFrom("country = 'de'", "country IN ('fr', 'it')", 'views > 2', 'views = 3'),
    );
    const condition = fc.letrec<{ all: string }>((tie) => ({
      all: fc.oneof(
        { maxDepth: 2 },
        part,
        fc.tuple(tie('all'), fc.constantFrom('AND', 'OR'), tie('all')).map(([a, o, b]) => `(${a} ${o} ${b})`),
        tie('all').map((c) => `NOT (${c})`),
      ),
    })).all;
    const query = fc
      .tuple(fc.constantFrom('flat', 'grouped', 'nested', 'joined', 'outer', 'union'), condition, condition)
      .map(([shape, one, other]) => {
        const a = one
          .replaceAll('page', 'a.page')
          .replaceAll('views', 'a.views')
          .replaceAll('country', 'a.country')
          .replace(/window_/g, 'a.window_');
        const on = 'a.page = b.page AND a.country = b.country AND a.window_start = b.window_start AND a.window_end = b.window_end';
        return {
          flat: `SELECT country, page, views, window_start FROM by_country WHERE ${one}`,
          grouped: `SELECT page, sum(views) AS n FROM by_country WHERE ${one} GROUP BY page`,
          nested: `SELECT page AS country, n FROM (SELECT page, country, window_start, window_end, sum(views) AS n, sum(views) AS views FROM by_country WHERE ${one} GROUP BY page, country, window_start, window_end) AS q WHERE ${other}`,
          joined: `SELECT a.page, a.views, b.views AS more FROM by_country AS a JOIN by_country AS b ON ${on} WHERE ${a} AND b.views > 1`,
          outer: `SELECT a.page, a.views, b.views AS more FROM by_country AS a LEFT JOIN (SELECT * FROM by_country WHERE ${other}) AS b ON ${on} WHERE ${a}`,
          union: `SELECT page, views FROM by_country WHERE ${one} UNION ALL SELECT page, views FROM by_country WHERE ${other}`,
        }[shape as 'flat'];
      });
    await fc.assert(
      fc.asyncProperty(query, async (sql) => {
        const [given, expected] = await both(sql);
        expect(sorted(given)).toEqual(sorted(expected));
      }),
      { numRuns: 60 },
    );
  });
});
