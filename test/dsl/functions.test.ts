// Functions of the user's own, declared with their types and called from SQL and TypeScript alike.
import { describe, expect, it } from 'vitest';
import { accumulator, application, compile, type SqlFunction, scalar, sql, stream, tumbling, view } from '../../lib/index.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const sumAndProduct = scalar(['bigint', 'bigint'], { sum: 'bigint', product: 'bigint' }, (x, y) => ({ sum: x + y, product: x * y }));
const label = scalar(['double precision'], 'text', (x) => (x > 1 ? 'large' : 'small'));
const orZero = scalar(['double precision'], 'double precision', (x) => x ?? 0, { takesNulls: true });
const geoMean = accumulator({
  name: 'geo_mean',
  args: ['double precision'],
  type: 'double precision',
  create: () => ({ n: 0, logs: 0 }),
  add: (s, x) => ({ n: s.n + 1, logs: s.logs + Math.log(x) }),
  merge: (a, b) => ({ n: a.n + b.n, logs: a.logs + b.logs }),
  result: (s) => Math.round(Math.exp(s.logs / s.n) * 1000) / 1000,
});
const functions = { sum_and_product: sumAndProduct, label, or_zero: orZero, geo_mean: geoMean };

const TABLE = `CREATE TABLE data (x bigint, y bigint, z double precision, at timestamptz NOT NULL) WITH (event_time = 'at');`;
const at = '2026-01-01T00:00:00Z';

async function rowsOf(select: string, events: readonly object[]) {
  const app = application('test', { sql: sql(`${TABLE} CREATE MATERIALIZED VIEW v AS ${select};`, { functions }) });
  const driver = await createTestDriver(app, { now: '2026-01-01T00:00:10Z' });
  await driver.put('data', events);
  return (await driver.rows('v')).map(({ window_start, window_end, final, ...row }) => ({ ...row }));
}

describe('scalar functions', () => {
  it('are called from SQL, in keys and inside aggregates', async () => {
    const select = `SELECT label(z) AS size, sum((sum_and_product(x, y)).product) AS products, sum(or_zero(z)) AS total, window_start, window_end
      FROM TUMBLE(data, at, INTERVAL '1 minute') GROUP BY label(z), window_start, window_end`;
    const rows = await rowsOf(select, [
      { x: 2, y: 3, z: 5, at },
      { x: 4, y: 5, z: 7.5, at },
      { x: 1, y: null, z: null, at },
    ]);
    // A NULL argument gives NULL without a call, unless the function takes NULLs.
    expect(rows).toEqual([
      { size: null, products: null, total: 0 },
      { size: 'large', products: 26, total: 12.5 },
    ]);
  });

  it('are called once for each event, however many columns are taken from what they give', async () => {
    let calls = 0;
    const counted = scalar(['bigint', 'bigint'], { sum: 'bigint', product: 'bigint' }, (x, y) => {
      calls++;
      return { sum: x + y, product: x * y };
    });
    const text = `${TABLE} CREATE MATERIALIZED VIEW v AS SELECT (counted(x, y)).* FROM data;`;
    const driver = await createTestDriver(application('test', { sql: sql(text, { functions: { counted } }) }), { now: at });
    await driver.put('data', [
      { x: 2, y: 3, at },
      { x: 4, y: 5, at },
    ]);
    expect((await driver.rows('v')).map(({ sum, product }) => [sum, product])).toEqual([
      [5, 6],
      [9, 20],
    ]);
    expect(calls).toBe(2);
  });

  it.each([
    // Rows come in the order of their keys: false before true.
    ['counted(x) BETWEEN 1 AND 10', [false, true]],
    ["CASE counted(x) WHEN 1 THEN 'a' WHEN 2 THEN 'b' WHEN 20 THEN 'c' END", ['b', 'c']],
  ])('are called once for each event by %s', async (expression, expected) => {
    let calls = 0;
    const counted = scalar(['bigint'], 'bigint', (x) => {
      calls++;
      return x;
    });
    const text = `${TABLE} CREATE MATERIALIZED VIEW v AS SELECT ${expression} AS it FROM data;`;
    const driver = await createTestDriver(application('test', { sql: sql(text, { functions: { counted } }) }), { now: at });
    await driver.put('data', [
      { x: 2, at },
      { x: 20, at },
    ]);
    expect((await driver.rows('v')).map(({ it }) => it)).toEqual(expected);
    expect(calls).toBe(2);
  });

  it('are plain functions in TypeScript, with the same rule for NULL', () => {
    expect(sumAndProduct(2, 3)).toEqual({ sum: 5, product: 6 });
    expect(label(null)).toBeNull();
    expect(orZero(null)).toBe(0);
  });
});

describe('accumulators with declared types', () => {
  it('are called from SQL and definitions with equal results and fingerprints', async () => {
    const events = [2, 8, null].map((z) => ({ x: 1, y: 1, z, at }));
    const select = `SELECT x, geo_mean(z) AS mean, geo_mean(x) AS of_whole, geo_mean(z) FILTER (WHERE z > 5) AS some, window_start, window_end
      FROM TUMBLE(data, at, INTERVAL '1 minute') GROUP BY x, window_start, window_end`;
    expect(await rowsOf(select, events)).toEqual([{ x: 1, mean: 4, of_whole: 1, some: 8 }]);
    const data = stream('data', {
      columns: { x: 'bigint | null', y: 'bigint | null', z: 'double precision | null', at: 'timestamptz' },
      eventTime: 'at',
    });
    const typed = data
      .keyBy('x')
      .window(tumbling('1 minute'))
      .aggregate(() => ({ mean: geoMean('z') }));
    const [ofTypeScript] = (await compile(application('test', { views: [view('v', typed)] }))).views;
    const same = `SELECT x, geo_mean(z) AS mean, window_start, window_end FROM TUMBLE(data, at, INTERVAL '1 minute') GROUP BY x, window_start, window_end`;
    const text = `${TABLE} CREATE MATERIALIZED VIEW v AS ${same};`;
    const [ofSql] = (await compile(application('test', { sql: sql(text, { functions }) }))).views;
    expect(ofSql?.fingerprint).toBe(ofTypeScript?.fingerprint);
  });

  it.each<[string, string, Record<string, SqlFunction>, string]>([
    ['a name in capitals', 'label(z)', { Label: label }, '"Label" is not a valid name in SQL'],
    ['the name of an aggregate', 'label(z)', { sum: geoMean }, 'sum is a built-in aggregate'],
    ['no function', 'label(z)', { label: 5 as never }, 'functions: "label" is 5: make it with scalar(…) or accumulator(…)'],
    [
      'a wrong type',
      'label(z)',
      { label: scalar(['float' as 'text'], 'text', (x) => x) },
      'the arguments of label must be a list of column types',
    ],
    [
      'an accumulator without types',
      'm(z)',
      { m: accumulator({ name: 'm', create: () => 0, add: (s, x: number) => s + x, merge: (a, b) => a + b, result: (s) => s }) },
      'the accumulator m needs args for SQL',
    ],
    ['text for a number', "geo_mean('a'::text)", { geo_mean: geoMean }, '"geo_mean" takes double precision'],
    ['too many values', 'geo_mean(z, z)', { geo_mean: geoMean }, '"geo_mean" takes double precision, not 2 values'],
  ])('are refused: %s', async (_, call, given, message) => {
    const text = `${TABLE} CREATE MATERIALIZED VIEW v AS SELECT ${call} AS c, window_start, window_end
      FROM TUMBLE(data, at, INTERVAL '1 minute') GROUP BY window_start, window_end${call.startsWith('label') ? ', label(z)' : ''};`;
    await expect(compile(application('test', { sql: sql(text, { functions: given }) }))).rejects.toThrow(message);
  });
});
