import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { application } from '../../lib/dsl/application.ts';
import { scalar, sql } from '../../lib/index.ts';
import { LIMITS } from '../../lib/runtime/limits.ts';
import { SqlService } from '../support/sql-service.ts';
import { expectDescribed } from './described.ts';

const T0 = Date.parse('2026-01-01T10:00:00Z');
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();
const click = (page: string, seconds: number) => ({ page, at: at(seconds) });

const shop = application('shop', {
  sql: sql(
    `CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
     CREATE MATERIALIZED VIEW page_views AS SELECT page, window_start, window_end, count(*) AS views
       FROM TUMBLE(clicks, at, '1 minute') GROUP BY page, window_start, window_end;
     CREATE MATERIALIZED VIEW totals AS SELECT page, count(*) AS views FROM clicks GROUP BY page;
     CREATE MATERIALIZED VIEW top AS SELECT window_start, window_end, page, views FROM (
       SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY views DESC) AS place FROM page_views) AS r WHERE place = 1;`,
    {
      functions: {
        shout: scalar(['text'], 'text', (text: string) => `${text}!`),
        refuse: scalar(['text'], 'text', (text: string) => {
          throw new Error(`not ${text}`);
        }),
      },
    },
  ),
});

let service: SqlService;
beforeEach(async () => {
  service = await SqlService.open(shop, T0);
});

describe('an answer', () => {
  it('has rows, live and final, their columns, and how far it had seen', async () => {
    service.now = T0 + 61_000;
    await service.put('clicks', [click('/a', 0), click('/a', 1), click('/b', 61)]);
    const text = 'SELECT page, views AS n, window_start FROM page_views ORDER BY window_start';
    expect(await service.ask(text)).toEqual({
      status: 200,
      rows: [
        { page: '/a', n: 2, window_start: at(0), final: true },
        { page: '/b', n: 1, window_start: at(60), final: false },
      ],
      columns: [
        { name: 'page', type: 'text', nullable: false },
        { name: 'n', type: 'bigint', nullable: false },
        { name: 'window_start', type: 'timestamptz', nullable: false },
        { name: 'final', type: 'boolean', nullable: false },
      ],
      as_of: { page_views: expect.any(String) },
      watermark: at(61),
    });
  });

  it.each([
    ['SELECT page, views, window_start FROM page_views', 200],
    ['SELECT page, veiws FROM page_views', 400],
    ['SELECT 1 / (views - views) AS x FROM totals', 400],
  ])('is described: %s', async (text, status) => {
    await service.put('clicks', [click('/a', 0)]);
    const headers = { 'content-type': 'application/json' };
    const response = await service.api.request('/v1/sql', { method: 'POST', body: JSON.stringify({ sql: text }), headers });
    expect(response.status).toBe(status);
    const document = (await (await service.api.request('/openapi.json')).json()) as object;
    await expectDescribed(document, '/v1/sql', { status, body: await response.json(), headers: response.headers }, 'post');
  });

  it('is not older than what was seen, by SQL or by the other paths', async () => {
    const slowly = (more: object = {}) => service.ask('SELECT sum(views) AS n FROM top', [], more, true);
    await service.put('clicks', [click('/a', 0)]);
    expect((await slowly()).rows).toEqual([{ n: 1, final: false }]);
    await service.put('clicks', [click('/a', 1)]);
    expect((await slowly()).rows).toEqual([{ n: 1, final: false }]);
    const { as_of } = await service.ask('SELECT * FROM page_views');
    expect((await slowly({ as_of })).rows).toEqual([{ n: 2, final: false }]);
    await service.put('clicks', [click('/a', 2)]);
    const rows = (await (await service.api.request('/v1/views/top/rows?window=latest')).json()) as { as_of: string };
    expect((await slowly({ as_of: { top: rows.as_of } })).rows).toEqual([{ n: 3, final: false }]);
    // And back: what SQL saw is understood there.
    const again = await service.ask('SELECT t.views FROM top AS t');
    expect((await service.api.request(`/v1/views/top/rows?window=latest&as_of=${again.as_of.top}`)).status).toBe(200);
  });

  it('may use parameters, now() and the user’s functions', async () => {
    await service.put('clicks', [click('/a', 0), click('/b', 50), click('/b', 70)]);
    service.now = T0 + 120_000;
    const rows = async (text: string, parameters: unknown[] = []) =>
      (await service.ask(text, parameters)).rows.map(({ final: _, ...row }) => row);
    expect(await rows('SELECT views FROM page_views WHERE page = $1 AND window_start >= $2', ['/b', at(60)])).toEqual([{ views: 1 }]);
    expect(await rows("SELECT page FROM page_views WHERE window_start > now() - interval '1 minute 1 second'")).toEqual([{ page: '/b' }]);
    expect(await rows('SELECT now() AS a, CURRENT_TIMESTAMP AS b, shout(page) AS c FROM totals ORDER BY c DESC LIMIT $1', [1])).toEqual([
      { a: at(120), b: at(120), c: '/b!' },
    ]);
    expect(
      await rows('SELECT $1::text AS t, $2 AS n, $3 AS x, $4 AS b, $5 AS j, $6::bigint AS z FROM totals LIMIT 1', [
        'a',
        3,
        1.5,
        true,
        { a: [1] },
        null,
      ]),
    ).toEqual([{ t: 'a', n: 3, x: 1.5, b: true, j: { a: [1] }, z: null }]);
    const body = '{"sql": "SELECT $1 AS n FROM totals LIMIT 1", "parameters": [9223372036854775807]}';
    expect((await service.send(body)).rows).toEqual([{ n: '9223372036854775807', final: false }]);
    // Beyond bigint's range a number is a double, however its digits are written.
    for (const beyond of ['9223372036854775808', '100000000000000000000', '1e300']) {
      const filter = `{"sql": "SELECT count(*) AS n FROM totals WHERE views < $1", "parameters": [${beyond}]}`;
      expect((await service.send(filter)).rows).toEqual([{ n: 2, final: false }]);
    }
  });
});

describe('what is read', () => {
  /** Ten minutes of five pages, all but the last final, and hardly two of them in one page of results. */
  beforeEach(async () => {
    service = await SqlService.open(shop, T0, 1, { ...LIMITS, pageBytes: 8 });
    for (let minute = 0; minute < 10; minute++) {
      service.now = T0 + minute * 60_000 + 5000;
      await service.put(
        'clicks',
        ['/a', '/b', '/c', '/d', '/e'].map((page, i) => click(page, minute * 60 + i)),
      );
    }
    service.now = T0 + 600_000;
  });
  const pages = async (text: string): Promise<number> => {
    const before = service.pages;
    expect((await service.ask(text)).rows.length).toBeGreaterThan(0);
    return service.pages - before;
  };

  it.each([
    ["window_start >= timestamptz '2026-01-01 10:08:00Z'", 'SELECT * FROM page_views WHERE'],
    ["window_start >= now() - interval '2 minutes'", 'SELECT page, sum(views) AS n FROM page_views WHERE'],
    ["page = '/a'", 'SELECT * FROM page_views WHERE'],
    ["page IN ('/a', '/b') AND window_end < timestamptz '2026-01-01 10:03:00Z'", 'SELECT * FROM page_views WHERE'],
    ["window_start = timestamptz '2026-01-01 10:02:00Z'", 'SELECT * FROM top WHERE'],
    ["p = '/a'", 'SELECT * FROM (SELECT page AS p, count(*) AS n FROM page_views GROUP BY page) AS q WHERE'],
  ])('is less with %s', async (condition, select) => {
    const where = `${select} ${condition}${select.includes('sum(views)') ? ' GROUP BY page' : ''}`;
    const whole = where.replace(condition, 'true');
    expect(await pages(where)).toBeLessThan((await pages(whole)) / 2);
  });
});

describe('what would read too much', () => {
  it('is refused before pages are read, with the filter that would serve', async () => {
    // 1,200 minutes have a page each.
    const clicks = Array.from({ length: 1201 }, (_, minute) => click('/a', minute * 60));
    service.now = T0 + 1201 * 60_000;
    await service.put('clicks', clicks);
    const answer = await service.ask('SELECT * FROM page_views');
    expect(answer).toMatchObject({ status: 400, type: 'urn:problem-type:millrace:query-too-large' });
    expect(answer.detail).toBe(
      'this would read 1200 pages of view "page_views", and a query reads 1000 at most: narrow it, e.g. by WHERE window_start >= now() - interval \'6 hours\' or page = …',
    );
    expect(await service.ask("SELECT count(*) AS n FROM page_views WHERE window_start >= now() - interval '6 hours'")).toMatchObject({
      status: 200,
      rows: [{ n: 360 }],
    });
    // A key has as many pages here, so only time would help; of the past by a time, not by an interval.
    expect((await service.ask("SELECT * FROM page_views WHERE page = '/a'")).detail).toMatch(/interval '6 hours'$/);
    const past = await service.ask("SELECT * FROM top WHERE window_start < timestamptz '2026-01-02 05:00:00Z'");
    expect(past.detail).toContain('1141 pages of view "page_views"');
    expect(past.detail).toContain("WHERE window_start >= timestamptz '2026-01-01T12:21:00.000Z' or");
    // Both sides of a join count, a view that is named twice once.
    expect(
      (
        await service.ask(
          "SELECT a.page FROM page_views AS a JOIN top AS b USING (window_start, window_end) WHERE a.window_start >= now() - interval '9 hours'",
        )
      ).status,
    ).toBe(200);
  });

  it('is refused by the budget that other views of the query have left', async () => {
    const minutes = (view: string) =>
      `CREATE MATERIALIZED VIEW ${view} AS SELECT page, window_start, window_end, count(*) AS n
         FROM TUMBLE(clicks, at, '1 minute') GROUP BY page, window_start, window_end;`;
    const text = `CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');`;
    service = await SqlService.open(application('two', { sql: sql(`${text} ${minutes('one')} ${minutes('other')}`) }), T0);
    // 700 minutes have a page each, in both.
    service.now = T0 + 701 * 60_000;
    await service.put(
      'clicks',
      Array.from({ length: 701 }, (_, minute) => click('/a', minute * 60)),
    );
    expect((await service.ask('SELECT n FROM one')).status).toBe(200);
    expect((await service.ask('SELECT n FROM one UNION ALL SELECT n FROM other')).detail).toContain(
      'this would read 700 pages of view "other", and a query reads 1000 at most, 700 of them for other views here: narrow it, e.g. by WHERE window_start >= ',
    );
  });

  it('is refused while it is computed: a join of everything with everything', async () => {
    const pages = Array.from({ length: 1500 }, (_, i) => click(`/${i}`, i / 100));
    await service.put('clicks', pages);
    const answer = await service.ask('SELECT count(*) AS n FROM page_views AS a JOIN page_views AS b ON a.window_start = b.window_start');
    expect(answer).toMatchObject({ status: 400, type: 'urn:problem-type:millrace:query-too-large' });
    expect(answer.detail).toContain('more than 2000000 rows');
  });

  it('or would answer too much', async () => {
    const pages = Array.from({ length: 10_001 }, (_, i) => click(`/${i}`, i / 1000));
    await service.put('clicks', pages);
    expect((await service.ask('SELECT page FROM totals')).detail).toContain('10001 rows, the maximum is 10000: add a LIMIT');
    expect((await service.ask('SELECT page FROM totals LIMIT 10000')).rows).toHaveLength(10_000);
    expect((await service.ask('SELECT repeat(page, 200) AS x FROM totals LIMIT 9000')).detail).toContain('(6 MB): add a LIMIT');
  });

  it('names no views in too many places', async () => {
    const twice = Array.from({ length: 12 }, (_, i) => `v${i + 1} AS (SELECT page FROM v${i} UNION ALL SELECT page FROM v${i})`);
    const text = `WITH v0 AS (SELECT page FROM totals), ${twice.join(', ')} SELECT * FROM v12`;
    expect((await service.ask(text)).detail).toContain('more than 200 places');
  });
});

describe('what is wrong', () => {
  it.each<[string, unknown[], number | undefined, number | undefined, string]>([
    ['SELEC page FROM totals', [], 1, 1, 'syntax error'],
    ['SELECT page\nFROM totls', [], 2, 6, 'there is no view "totls": did you mean "totals"?'],
    ['SELECT pge FROM totals', [], 1, 8, 'did you mean "page"?'],
    ['SELECT page FROM clicks', [], 1, 18, '"clicks" is a stream'],
    ['DELETE FROM totals', [], 1, 1, 'only SELECT'],
    ['', [], 1, 1, 'there is no SELECT'],
    ['SELECT page FROM totals; SELECT page FROM totals', [], 1, 26, 'a query is one statement'],
    ['SELECT page FROM totals WHERE page = $1', [], 1, 38, 'parameter $1 has no value'],
    ['SELECT page FROM totals WHERE page = $2', ['a', 'b'], 1, 1, 'parameter 1 is not used'],
    ['SELECT page FROM totals WHERE views = $1', ['many'], 1, 39, 'many'],
    ['SELECT page FROM totals WHERE random() < 0.5', [], 1, 31, 'random'],
    ['SELECT page FROM totals WHERE clock_timestamp() IS NULL', [], 1, 31, 'clock_timestamp'],
    ['SELECT a.page FROM totals AS a, totals AS b', [], 1, 33, 'separated by commas'],
    ['SELECT 1 / (views - views) AS x FROM totals', [], undefined, undefined, 'division by zero'],
    ['SELECT refuse(page) AS x FROM totals', [], undefined, undefined, 'not /a'],
    // Each NOT is three levels of the tree, and 1,000 may be.
    [`SELECT ${'NOT '.repeat(2400)} true AS x FROM totals`, [], 1, 8 + 4 * 331, 'nested too deeply'],
  ])('is told with its place: %.60s %j', async (text, parameters, line, column, said) => {
    await service.put('clicks', [click('/a', 0)]);
    const answer = await service.ask(text, parameters);
    expect(answer).toMatchObject({ status: 400, type: 'urn:problem-type:millrace:invalid-sql', parameter: 'sql' });
    expect([answer.line, answer.column]).toEqual([line, column]);
    expect(answer.detail).toContain(said);
    expect(service.errors).toEqual([]);
  });

  it.each<[string, string, number, string, string]>([
    ['no JSON', '{', 400, 'invalid-body', 'JSON'],
    ['no object', '[]', 400, 'invalid-body', 'must be an object'],
    ['no SQL', '{}', 400, 'missing-parameter', 'sql is missing'],
    ['no text', '{"sql": 1}', 400, 'invalid-parameter', 'sql: it must be a text'],
    ['an unknown member', '{"sql": "", "paramters": []}', 400, 'unknown-parameter', 'did you mean parameters?'],
    ['no list', '{"sql": "", "parameters": {}}', 400, 'invalid-parameter', 'parameters: it must be an array'],
    ['too many', JSON.stringify({ sql: '', parameters: Array(101).fill(0) }), 400, 'invalid-parameter', 'the maximum is 100'],
    ['a text that is too long', JSON.stringify({ sql: ' '.repeat(10_001) }), 400, 'invalid-parameter', 'the maximum is 10000'],
    ['a body that is too large', ' '.repeat(262_145), 413, 'body-too-large', '262144 bytes'],
    ['no view', '{"sql": "", "as_of": {"x": ""}}', 400, 'invalid-parameter', 'as_of.x: there is no such view'],
    ['what it did not see', '{"sql": "", "as_of": {"top": "x"}}', 400, 'invalid-parameter', 'as_of.top'],
    ['no text either', '{"sql": "", "as_of": {"top": 1}}', 400, 'invalid-parameter', 'as_of.top: it must be a text'],
    ['nor an object', '{"sql": "", "as_of": "x"}', 400, 'invalid-parameter', 'as_of: it must be an object'],
  ])('is told of a body: %s', async (_, body, status, kind, said) => {
    const answer = await service.send(body);
    expect(answer).toMatchObject({ status, type: `urn:problem-type:millrace:${kind}` });
    expect(answer.detail).toContain(said);
  });

  it('is told of what is no JSON at all, and of other methods', async () => {
    expect(await service.send('SELECT page FROM totals', 'text/plain')).toMatchObject({
      status: 415,
      type: 'urn:problem-type:millrace:unsupported-media-type',
    });
    const response = await service.api.request('/v1/sql');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('is never an error of this side', async () => {
    await service.put('clicks', [click('/a', 0), click('/b', 61)]);
    const words = [
      'SELECT',
      'page',
      'views',
      'window_start',
      'window_end',
      '*',
      ',',
      'FROM',
      'page_views',
      'totals',
      'top',
      'WHERE',
      'GROUP BY',
      'ORDER BY',
      'LIMIT',
      '(',
      ')',
      'AS',
      'x',
      '=',
      '<',
      '1',
      "'a'",
      'now()',
      'count(*)',
      'sum(views)',
      'JOIN',
      'ON',
      'UNION ALL',
      'AND',
      'NULL',
      '$1',
      'interval',
      'TUMBLE',
      "'1 minute'",
      'HAVING',
      'CASE',
      'WHEN',
      'END',
      ';',
      '-',
      '/',
      '0',
      '::',
      'text',
      'final',
      'WITH',
      'DISTINCT',
      'OVER',
      'row_number()',
      'IN',
      '\\',
      '"',
      "'",
      '--',
      '/*',
      'é',
      '\u0000',
    ];
    const text = fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(' ')),
      fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((parts) => `SELECT page, views FROM page_views ${parts.join(' ')}`),
      fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((parts) => `SELECT ${parts.join(' ')} FROM totals`),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    const parameters = fc.array(fc.jsonValue(), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(text, parameters, async (sql, given) => {
        const answer = await service.ask(sql, given);
        expect(service.errors).toEqual([]);
        if (answer.status === 200) return;
        expect(answer.status).toBe(400);
        expect(answer.type).toMatch(/^urn:problem-type:millrace:(invalid-sql|query-too-large)$/);
        expect(answer.detail).not.toBe('');
      }),
      { numRuns: 400 },
    );
  });
});

describe('a view of which a row cannot be computed', () => {
  const quiet = application('quiet', {
    sql: sql(
      `CREATE TABLE hits (page text NOT NULL, ms bigint NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
       CREATE MATERIALIZED VIEW shares AS SELECT page, count(*) AS errors, 100 / sum(ms) AS share
         FROM TUMBLE(hits, at, '1 minute') GROUP BY page, window_start, window_end;
       CREATE MATERIALIZED VIEW large AS SELECT page FROM shares WHERE share > 10;`,
    ),
  });
  const hit = (page: string, ms: number) => ({ page, ms, at: at(0) });
  const WRONG = { $errors: { share: 'division by zero' } };

  const get = async (path: string) => {
    const response = await service.api.request(path);
    const document = (await (await service.api.request('/openapi.json')).json()) as object;
    const body = (await response.json()) as { rows: unknown[]; left_out_rows?: object };
    await expectDescribed(document, path.replace(/\?.*/, ''), { status: response.status, body, headers: response.headers });
    return body;
  };

  beforeEach(async () => {
    service = await SqlService.open(quiet, T0);
    await service.put('hits', [hit('/a', 4), hit('/b', 0), hit('/c', 50)]);
  });

  it('has the attribute in no other row', async () => {
    const { rows } = await get('/v1/views/shares/rows?window=latest');
    expect(rows.map((row) => Object.hasOwn(row as object, '$errors'))).toEqual([false, true, false]);
  });

  it('has NULL and the reason in that row, by REST and by SQL; a column may be called errors', async () => {
    expect((await get('/v1/views/shares/rows?window=latest')).rows).toMatchObject([
      { page: '/a', errors: 1, share: 25, final: false },
      { page: '/b', errors: 1, share: null, final: false, ...WRONG },
      { page: '/c', errors: 1, share: 2, final: false },
    ]);
    expect((await service.ask('SELECT page, share FROM shares WHERE errors = 1 ORDER BY share')).rows).toMatchObject([
      { page: '/c', share: 2, final: false },
      { page: '/a', share: 25, final: false },
      { page: '/b', share: null, final: false, ...WRONG },
    ]);
  });

  it('leaves out the rows of which a condition reads it, and counts them', async () => {
    const leftOut = { rows: 1, reason: 'division by zero' };
    expect(await get('/v1/views/large/rows?window=latest')).toMatchObject({ rows: [{ page: '/a', final: false }], left_out_rows: leftOut });
    expect(await service.ask('SELECT page FROM large')).toMatchObject({ rows: [{ page: '/a' }], left_out_rows: leftOut });
  });

  it('does not hide an error of the query itself', async () => {
    expect(await service.ask('SELECT 1 / (errors - 1) AS x FROM shares')).toMatchObject({
      status: 400,
      detail: 'a row cannot be computed: division by zero',
    });
  });
});
