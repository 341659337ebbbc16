// Every aggregate over random rows with NULLs, cut and merged, with and without FILTER, compared with DuckDB.
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ColumnType, Row } from '../../../lib/core/column.ts';
import type { FlowColumn } from '../../../lib/plan/adder.ts';
import { type AggregateCall, bindAggregate, filteredAggregate } from '../../../lib/plan/aggregates/bind-aggregate.ts';

const COLUMNS = { t: 'bigint', x: 'double precision', y: 'double precision', n: 'bigint', s: 'text', b: 'boolean' } as const;
const WINDOW = { start: 0, end: 60_000 };
type Name = keyof typeof COLUMNS;

const flow = (name: Name): FlowColumn => ({ column: { name, type: COLUMNS[name] as ColumnType, nullable: true }, checked: true });
const call = (name: string, columns: Name[] = [], rest: Partial<AggregateCall> = {}): AggregateCall => ({
  name,
  values: columns.map(flow),
  constants: [],
  ...rest,
});
const by = (name: Name, descending = false) => ({ by: flow(name), descending, nullsFirst: descending });

/** The call, the same in DuckDB (`{f}` stands for FILTER, `{w}` for its condition), and how far apart numbers may be. */
const cases: [string, AggregateCall, string, number?][] = [
  ['count(*)', call('count'), 'count(*) {f}'],
  ['count', call('count', ['x']), 'count(x) {f}'],
  ['count(DISTINCT)', call('count', ['s'], { distinct: true }), 'count(DISTINCT s) {f}'],
  ['sum', call('sum', ['x']), 'fsum(x) {f}', 1e-12],
  ['sum of bigint', call('sum', ['n']), 'sum(n) {f}'],
  ['sum(DISTINCT)', call('sum', ['n'], { distinct: true }), 'sum(DISTINCT n) {f}'],
  ['avg', call('avg', ['x']), 'favg(x) {f}', 1e-12],
  ['avg of bigint', call('avg', ['n']), 'avg(n) {f}', 1e-12],
  ['avg(DISTINCT)', call('avg', ['x'], { distinct: true }), 'avg(DISTINCT x) {f}', 1e-12],
  ['min', call('min', ['n']), 'min(n) {f}'],
  ['max', call('max', ['s']), 'max(s) {f}'],
  ['first', call('first', ['x']), 'first(x ORDER BY t, i) {f}'],
  ['last', call('last', ['n']), 'last(n ORDER BY t, i) {f}'],
  ['arg_min', call('arg_min', ['s', 'x']), 'arg_min(s, x ORDER BY t, i) {f}'],
  ['arg_max', call('arg_max', ['n', 's']), 'arg_max(n, s ORDER BY t, i) {f}'],
  ['bool_and', call('bool_and', ['b']), 'bool_and(b) {f}'],
  ['bool_or', call('bool_or', ['b']), 'bool_or(b) {f}'],
  ['var_samp', call('var_samp', ['x']), 'var_samp(x) {f}', 1e-9],
  ['var_pop', call('var_pop', ['x']), 'var_pop(x) {f}', 1e-9],
  ['stddev_samp', call('stddev_samp', ['x']), 'stddev_samp(x) {f}', 1e-9],
  ['stddev_pop', call('stddev_pop', ['x']), 'stddev_pop(x) {f}', 1e-9],
  ['covar_samp', call('covar_samp', ['y', 'x']), 'covar_samp(y, x) {f}', 1e-9],
  ['covar_pop', call('covar_pop', ['y', 'x']), 'covar_pop(y, x) {f}', 1e-9],
  // Where nothing varies DuckDB says NaN and PostgreSQL, whom we follow, NULL.
  ['corr', call('corr', ['y', 'x']), "nullif(corr(y, x) {f}, 'NaN')", 1e-9],
  ['regr_slope', call('regr_slope', ['y', 'x']), "nullif(regr_slope(y, x) {f}, 'NaN')", 1e-9],
  ['regr_intercept', call('regr_intercept', ['y', 'x']), 'regr_intercept(y, x) {f}', 1e-9],
  ['regr_r2', call('regr_r2', ['y', 'x']), 'regr_r2(y, x) {f}', 1e-9],
  ['median', call('median', ['x']), 'median(x) {f}', 1e-12],
  [
    'approx_quantile',
    call('approx_quantile', ['x'], { constants: [0.9] }),
    'list_sort(list(x) FILTER (WHERE x IS NOT NULL AND {w}))[1 + floor(0.9 * (count(x) {f} - 1))::BIGINT]',
    0.0101,
  ],
  [
    'approx_top_k',
    call('approx_top_k', ['s'], { constants: [2] }),
    '(SELECT list({value: s, count: c, error: 0} ORDER BY c DESC, s) FROM (SELECT s, count(*)::INTEGER AS c FROM r WHERE s IS NOT NULL AND {w} GROUP BY s ORDER BY c DESC, s LIMIT 2))',
  ],
  ['string_agg', call('string_agg', ['s'], { constants: ['; '] }), "string_agg(s, '; ' ORDER BY t, i) {f}"],
  [
    'string_agg ordered',
    call('string_agg', ['s'], { constants: [''], orderBy: [by('n', true)] }),
    "string_agg(s, '' ORDER BY n DESC NULLS FIRST, t, i) {f}",
  ],
  ['string_agg(DISTINCT)', call('string_agg', ['s'], { constants: [','], distinct: true }), "string_agg(DISTINCT s, ',' ORDER BY s) {f}"],
  ['array_agg', call('array_agg', ['x']), 'array_agg(x ORDER BY t, i) {f}'],
  ['array_agg ordered', call('array_agg', ['s'], { orderBy: [by('x')] }), 'array_agg(s ORDER BY x NULLS LAST, t, i) {f}'],
  // DuckDB leaves NULL out of array_agg(DISTINCT …); PostgreSQL, whom we follow, has it once.
  [
    'array_agg(DISTINCT)',
    call('array_agg', ['b'], { distinct: true }),
    'CASE WHEN count(*) {f} > 0 THEN list_concat(coalesce(array_agg(DISTINCT b ORDER BY b) FILTER (WHERE b IS NOT NULL AND {w}), []), CASE WHEN count(*) {f} > count(b) {f} THEN [NULL] ELSE [] END) END',
  ],
  [
    'ewma',
    call('ewma', ['x'], { constants: ['2 seconds'] }),
    'sum(x * pow(2, t / 2000.0)) {f} / sum(pow(2, t / 2000.0)) FILTER (WHERE x IS NOT NULL AND {w})',
    1e-9,
  ],
  ['rate', call('rate'), 'count(*) {f} / 60.0', 1e-12],
  ['rate of a sum', call('rate', ['n']), 'sum(n) {f} / 60.0', 1e-9],
];

interface Given extends Row {
  readonly t: number;
  readonly x: number | null;
  readonly y: number | null;
  readonly n: number | bigint | null;
  readonly s: string | null;
  readonly b: boolean | null;
}
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 100),
);
const rows: fc.Arbitrary<Given[]> = fc.array(
  fc.record({
    t: fc.integer({ min: 0, max: 20_000 }),
    x: fc.option(number),
    y: fc.option(number),
    n: fc.option(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }))),
    s: fc.option(fc.constantFrom('a', 'b', 'ä', 'bb', '')),
    b: fc.option(fc.boolean()),
  }),
  { maxLength: 25 },
);

let duck: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  duck = await (await DuckDBInstance.create()).connect();
  await duck.run('CREATE TABLE r (i INTEGER, t BIGINT, x DOUBLE, y DOUBLE, n BIGINT, s VARCHAR, b BOOLEAN)');
});

async function oracle(given: readonly Given[], expression: string, condition: string): Promise<unknown> {
  await duck.run('DELETE FROM r');
  const literal = (value: unknown): string => (value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value));
  const values = given.map(({ t, x, y, n, s, b }, i) => `(${[i, t, x, y, n, s, b].map(literal).join()})`);
  if (values.length > 0) await duck.run(`INSERT INTO r VALUES ${values.join()}`);
  const filled = expression.replaceAll('{f}', `FILTER (WHERE ${condition})`).replaceAll('{w}', `(${condition})`);
  return (await duck.runAndReadAll(`SELECT ${filled} FROM r`)).getRowsJson()[0]?.[0];
}

/** Adds the rows in two parts and merges them. */
function folded(bound: ReturnType<typeof boundOf>, given: readonly Given[], cut: number): unknown {
  const { accumulator, add } = bound.plan;
  const parts = [given.slice(0, cut), given.slice(cut)].map((part, at) =>
    part.reduce<unknown>(
      (acc, row, i) => add(acc, row, { time: row.t, shard: 0, ordinal: i + (at === 0 ? 0 : cut) }),
      accumulator.create() as unknown,
    ),
  );
  return accumulator.result(accumulator.merge(parts[0], parts[1]), WINDOW);
}

function boundOf(of: AggregateCall) {
  const bound = bindAggregate(of);
  if (typeof bound === 'string') throw new Error(bound);
  return bound;
}

function expectSame(found: unknown, expected: unknown, tolerance: number | undefined): void {
  if (tolerance !== undefined && typeof found === 'number' && expected !== null) {
    const value = Number(expected);
    expect(Math.abs(found - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  } else if (typeof found === 'bigint' || (typeof found === 'number' && typeof expected === 'string')) {
    expect(String(found)).toBe(String(expected));
  } else expect(found ?? null).toEqual(expected ?? null);
}

describe.each(cases)('%s', (_, of, expression, tolerance) => {
  it('is what DuckDB gives', async () => {
    const bound = boundOf(of);
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(25), async (given, cut) => {
        expectSame(folded(bound, given, cut), await oracle(given, expression, 'true'), tolerance);
      }),
      { numRuns: 40 },
    );
  });

  it('is what DuckDB gives with a FILTER', async () => {
    const bound = filteredAggregate(boundOf(of), (row) => ((row.y as number | null) ?? 0) > 0);
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(25), async (given, cut) => {
        expectSame(folded(bound, given, cut), await oracle(given, expression, 'y > 0'), tolerance);
      }),
      { numRuns: 40 },
    );
  });
});
