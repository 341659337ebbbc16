// SQL that asks for little and makes much of it, or that is odd in itself: refused by name, before it takes the memory of the process.
import { beforeAll, describe, expect, it } from 'vitest';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { SqlService } from '../support/sql-service.ts';

const T0 = Date.parse('2026-01-01T10:00:00Z');
const PAGES = 120;

let service: SqlService;
beforeAll(async () => {
  service = await SqlService.open(
    sqlApplication(
      'shop.sql',
      `CREATE TABLE clicks (page text NOT NULL, n bigint NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');
       CREATE MATERIALIZED VIEW v AS SELECT page, count(*) AS n, window_start, window_end FROM TUMBLE(clicks, at, '1 minute') GROUP BY page, window_start, window_end;`,
    ),
    T0,
  );
  await service.put(
    'clicks',
    Array.from({ length: PAGES }, (_, n) => ({ page: `/${n}`, n, at: new Date(T0 + n).toISOString() })),
  );
});

/** A query whose every step makes something of the one before. */
function chain(steps: number, first: string, next: string, last: string): string {
  const parts = Array.from({ length: steps }, (_, i) => `q${i + 1} AS (SELECT ${next} AS x FROM q${i})`);
  return `WITH q0 AS (SELECT ${first} AS x FROM v), ${parts.join(', ')} SELECT ${last} AS n FROM q${steps}`;
}

describe('a value does not grow beyond a million characters', () => {
  it.each([
    ['||', 'x || x || x || x || x || x || x || x'],
    ['concat', 'concat(x, x, x, x, x, x, x, x)'],
    ['concat_ws', "concat_ws(' and ', x, x, x, x, x, x, x, x)"],
    ['overlay', 'overlay(x placing x from 2 for 0)'],
    ['replace', "replace(x, 'a', x)"],
    ['regexp_replace', "regexp_replace(x, 'a', x, 'g')"],
  ])('by %s', async (_, next) => {
    const answer = await service.ask(chain(30, "max('aaa'::text)", next, 'length(reverse(x))'));
    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('requested length too large') });
  });

  it('nor an array beyond a hundred thousand items', async () => {
    const answer = await service.ask(chain(30, `'[1, 2]'::jsonb || max(n)::text::jsonb`, 'x || x', 'jsonb_array_length(x)'));
    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('requested array too large') });
  });
});

describe('expressions take of what may be looked at', () => {
  const long = 'repeat(a.page, 200000)';
  const pairs = 'v AS a JOIN v AS b USING (window_start, window_end)';
  it.each([
    ['a digest', `md5(${long})`],
    ['a length', `length(${long})`],
    ['a pattern', `regexp_count(${long}, '[0-9]+')`],
    ['a pattern that is another one for each row', `regexp_count(${long}, b.page)`],
    ['a pattern in an operator', `(${long} ~ '^x')::text`],
    ['LIKE', `(${long} LIKE '%x%y%z')::text`],
    ['a text put together', `left(repeat(a.page, 100000) || repeat(b.page, 100000), 1)`],
    ['upper case', `left(upper(${long}), 1)`],
    ['a replacement', `left(regexp_replace(${long}, '[0-9]+', '', 'g'), 1)`],
    ['a part', `split_part(${long}, '/', 2)`],
    ['a text of JSON', `(('"' || ${long} || '"')::jsonb)::text`],
  ])('of which there is %s', async (_, expression) => {
    // In 14,400 rows, made of texts of up to 800,000 characters.
    const answer = await service.ask(`SELECT count(*) AS n FROM ${pairs} WHERE ${expression}::text <> ''`);
    expect(answer).toMatchObject({ status: 400, type: expect.stringContaining('query-too-large') });
    expect(answer.detail).toMatch(/expressions would read or create more than 1000000000 characters|seconds of processor time/);
    expect(
      await service.ask(`SELECT count(*) AS n FROM ${pairs} WHERE ${expression.replaceAll(/[12]00000/g, '2')}::text <> ''`),
    ).toMatchObject({
      status: 200,
    });
  });
});

describe('rows take more of what may be looked at', () => {
  it.each([
    ['the longer their texts are', "SELECT count(*) AS n FROM (SELECT repeat('0123456789', 99990) || page AS x FROM v) AS q WHERE x <> ''"],
    [
      'the longer their keys are',
      `SELECT count(*) AS n FROM (SELECT repeat('0123456789', 99990) || page AS x, max(n) AS m FROM v
         GROUP BY repeat('0123456789', 99990) || page) AS q`,
    ],
    [
      // Making them twice comes to 1,920,000.
      'the longer what they are joined on is',
      `WITH w AS (SELECT window_start, repeat('0123456789', 40000) || page AS x FROM v)
       SELECT count(*) AS n FROM w AS a JOIN w AS b ON a.window_start = b.window_start AND a.x = b.x`,
    ],
    [
      'the longer what they are ranked by is',
      `WITH w AS (SELECT window_start, repeat('0123456789', 75000) || page AS x FROM v)
       SELECT count(*) AS n FROM (SELECT row_number() OVER (PARTITION BY window_start, x ORDER BY x) AS place FROM w) AS r`,
    ],
    [
      'the more members their JSON has',
      `SELECT count(*) AS n FROM (SELECT ('[' || repeat('[],', 300000) || n::text || ']')::jsonb AS x FROM v) AS q WHERE x IS NOT NULL`,
    ],
    // 120 ^ 3 rows: 1,728,000, of 30 columns, which are as many again three times.
    [
      'the more columns they have',
      `WITH w AS (SELECT *, n AS a, n AS b, n AS c, n AS d, n AS e, n AS f FROM v)
       SELECT count(*) AS n FROM w AS p JOIN w AS q ON p.window_start = q.window_start JOIN w AS r ON q.window_start = r.window_start`,
    ],
    [
      'the more aggregates their groups have',
      `SELECT ${Array.from({ length: 30 }, (_, i) => `approx_count_distinct(page || '${i}') AS a${i}`)}
       FROM HOP(v, window_end, INTERVAL '1 second', INTERVAL '9000 seconds') GROUP BY page, window_start, window_end`,
    ],
  ])('%s', async (_, sql) => {
    const answer = await service.ask(sql);
    expect(answer.detail).toContain('more than 2000000 rows');
    expect(answer).toMatchObject({ status: 400, type: 'urn:problem-type:millrace:query-too-large' });
  });
});

describe('a value that is no value', () => {
  it.each([`${'['.repeat(5000)}${']'.repeat(5000)}`, `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`])(
    'a parameter that is nested too deep is refused',
    async (deep) => {
      const answer = await service.send(`{"sql": "SELECT $1::jsonb AS x FROM v LIMIT 1", "parameters": [${deep}]}`);
      expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('nested more than 500 deep') });
    },
  );

  it('nor can one be made that is', async () => {
    const answer = await service.ask("SELECT (repeat('[', 3000) || n::text || repeat(']', 3000))::jsonb AS x FROM v LIMIT 1");
    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('nested more than 500 deep') });
  });

  it.each([
    ['a literal', `SELECT ${'9'.repeat(400)} AS x FROM v LIMIT 1`, ''],
    ['a parameter', 'SELECT $1 AS x FROM v LIMIT 1', '9'.repeat(400)],
  ])('%s that no number holds is out of range', async (_, sql, parameter) => {
    const answer = await service.send(`{"sql": "${sql}", "parameters": [${parameter}]}`);
    expect(answer).toMatchObject({
      status: 400,
      line: 1,
      column: 8,
      detail: expect.stringContaining('out of range for type double precision'),
    });
  });
});

/** Names that every object has, in each place where SQL gives a name. */
describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then'])('the name %s', (name) => {
  it.each([
    ['a column', `SELECT page AS "${name}" FROM v`],
    ['a table', `SELECT "${name}".page AS "${name}" FROM v AS "${name}"`],
    ['a query of WITH', `WITH "${name}" AS (SELECT page AS "${name}" FROM v) SELECT "${name}" FROM "${name}"`],
    ['a key', `SELECT page AS "${name}" FROM v GROUP BY page`],
    ['an aggregate', `SELECT max(page) AS "${name}" FROM v GROUP BY page`],
    [
      'a rank',
      `SELECT page AS "${name}" FROM (SELECT page, rank() OVER (PARTITION BY window_start, window_end, page ORDER BY n) AS "${name}" FROM v) AS r WHERE "${name}" = 1`,
    ],
    [
      'a side of a join',
      `SELECT a."${name}" FROM (SELECT page AS "${name}", window_start FROM v) AS a
       JOIN v AS "${name}" ON a.window_start = "${name}".window_start AND a."${name}" = "${name}".page`,
    ],
    ['a part of a union', `SELECT page AS "${name}" FROM v WHERE n > 0 UNION ALL SELECT page FROM v WHERE n < 0`],
    ['an order', `SELECT page AS "${name}" FROM v ORDER BY "${name}"`],
  ])('is just that of %s', async (_, sql) => {
    const { rows, detail } = await service.ask(sql);
    expect(detail).toBeUndefined();
    expect(rows).toHaveLength(PAGES);
    expect(rows.map((row) => Object.entries(row).find(([column]) => column === name)?.[1]).sort()).toEqual(
      Array.from({ length: PAGES }, (_, n) => `/${n}`).sort(),
    );
  });
});
