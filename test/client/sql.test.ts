import { beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { createClient, MillraceClientError, type SqlRow } from '../../lib/client/client.ts';
import { application, sql } from '../../lib/index.ts';
import { SqlService } from '../support/sql-service.ts';

const T0 = Date.parse('2026-01-01T10:00:00Z');
const click = (page: string, seconds: number) => ({ page, at: new Date(T0 + seconds * 1000).toISOString() });
const shop = application('shop', {
  sql: sql(`CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');
    CREATE MATERIALIZED VIEW page_views AS SELECT page, window_start, window_end, count(*) AS views
      FROM TUMBLE(clicks, at, '1 minute') GROUP BY page, window_start, window_end;`),
});

let service: SqlService;
let bodies: Record<string, unknown>[];
let urls: URL[];

/** A client of the service. */
function client() {
  return createClient({
    url: 'http://shop.test',
    fetch: async (url, init) => {
      urls.push(new URL(url));
      if (typeof init.body === 'string') bodies.push(JSON.parse(init.body) as Record<string, unknown>);
      return service.api.request(url, init);
    },
  });
}

beforeEach(async () => {
  service = await SqlService.open(shop, T0);
  [bodies, urls] = [[], []];
});

describe('client.sql', () => {
  it('gives rows and their columns', async () => {
    await service.put('clicks', [click('/a', 0), click('/a', 1), click('/b', 2)]);
    const result = await client().sql<{ page: string; n: number }>(
      'SELECT page, sum(views) AS n FROM page_views WHERE page = $1 GROUP BY page',
      {
        parameters: ['/a'],
      },
    );
    expect(result).toEqual({
      rows: [{ page: '/a', n: 2, final: false }],
      columns: [
        { name: 'page', type: 'text', nullable: false },
        { name: 'n', type: 'bigint', nullable: false },
        { name: 'final', type: 'boolean', nullable: false },
      ],
      watermark: new Date(T0 - 5000).toISOString(),
      readUnits: expect.any(Number),
    });
    expectTypeOf(result.rows).toEqualTypeOf<readonly ({ page: string; n: number } & SqlRow)[]>();
  });

  it('sees no less than other calls saw, nor they less than it', async () => {
    const shared = client();
    await shared.window('page_views', 'latest').toArray();
    await shared.sql('SELECT views FROM page_views');
    await shared.window('page_views', 'latest').toArray();
    await shared.sql('SELECT views FROM page_views');
    const tokens = bodies.map(({ as_of }) => (as_of as Record<string, string>).page_views);
    expect(tokens).toEqual([expect.any(String), expect.any(String)]);
    // What the first question saw is what the second page says, and takes the place of what was said before.
    expect(urls[2]?.searchParams.get('as_of')).toBe(tokens[0]);
  });

  it('takes a BigInt as a parameter', async () => {
    await service.put('clicks', [click('/a', 0)]);
    const { rows } = await client().sql('SELECT views, $1 AS most FROM page_views WHERE views < $1::bigint', {
      parameters: [9_223_372_036_854_775_807n],
    });
    expect(rows).toEqual([{ views: 1, most: '9223372036854775807', final: false }]);
  });

  it('forgets what it saw of a view that a deployment dropped', async () => {
    const before = await SqlService.open(
      application('shop', {
        sql: sql(`CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');
          CREATE MATERIALIZED VIEW dropped AS SELECT page, count(*) AS n FROM clicks GROUP BY page;
          CREATE MATERIALIZED VIEW page_views AS SELECT page, window_start, window_end, count(*) AS views
            FROM TUMBLE(clicks, at, '1 minute') GROUP BY page, window_start, window_end;`),
      }),
      T0,
    );
    const after = service;
    const long = client();
    service = before;
    await long.sql('SELECT n FROM dropped');
    service = after;
    expect((await long.sql('SELECT views FROM page_views')).rows).toEqual([]);
    expect(bodies.map(({ as_of }) => Object.keys(as_of as object))).toEqual([[], ['dropped'], []]);
    await expect(long.sql('SELECT n FROM dropped')).rejects.toThrow('there is no view "dropped"');
  });

  it('tells where the mistake is', async () => {
    const error = await client()
      .sql('SELECT vews FROM page_views')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MillraceClientError);
    expect((error as MillraceClientError).problem).toMatchObject({ parameter: 'sql', line: 1, column: 8 });
  });
});
