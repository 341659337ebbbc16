import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { avg } from '../../lib/core/accumulators/avg.ts';
import { count } from '../../lib/core/accumulators/count.ts';
import type { Column, ColumnType, Row } from '../../lib/core/column.ts';
import { formatInstant } from '../../lib/core/instant.ts';
import { eventAdder, valuesAdder } from '../../lib/plan/adder.ts';
import type { Join, Rank, Regroup, Relation, Scan } from '../../lib/plan/relation.ts';
import { evaluate } from '../../lib/query/evaluate.ts';
import type { Tuple } from '../../lib/query/tuple.ts';

const MINUTE = 60_000;
const column = (name: string, type: ColumnType = 'bigint'): Column => ({ name, type, nullable: true });
const WINDOW = [column('window_start', 'timestamptz'), column('window_end', 'timestamptz')];

/** A view's rows: a key, its window and a number. */
const scan = (view: string): Scan => ({ kind: 'scan', view, columns: [column('k', 'text'), ...WINDOW, column('n')] });
const of = (name: string) => (row: Row) => row[name];

interface Given {
  readonly k: string | null;
  readonly minute: number;
  readonly n: number | null;
}
const given: fc.Arbitrary<Given[]> = fc.uniqueArray(
  fc.record({
    k: fc.option(fc.constantFrom('a', 'b', 'ä', '\u{1f408}', '\uff5e')),
    minute: fc.integer({ min: -3, max: 3 }),
    n: fc.option(fc.integer({ min: 0, max: 4 })),
  }),
  { selector: ({ k, minute }) => `${k}/${minute}`, maxLength: 15 },
);

function tuples(rows: readonly Given[]): Tuple[] {
  return rows.map(({ k, minute, n }) => {
    const window = { start: minute * MINUTE, end: (minute + 1) * MINUTE };
    return { row: { k, window_start: formatInstant(window.start), window_end: formatInstant(window.end), n }, window };
  });
}

let duck: Awaited<ReturnType<DuckDBInstance['connect']>>;
beforeAll(async () => {
  duck = await (await DuckDBInstance.create()).connect();
});

/** What DuckDB makes of the same rows: `w` is the number of a row's minute. */
async function oracle(sql: string, tables: Record<string, readonly Given[]>): Promise<unknown[][]> {
  for (const [name, rows] of Object.entries(tables)) {
    await duck.run(`CREATE OR REPLACE TABLE ${name} (k VARCHAR, w INTEGER, n INTEGER)`);
    const literal = (value: unknown): string => (value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value));
    if (rows.length > 0) {
      const values = rows.map(({ k, minute, n }) => `(${literal(k)}, ${minute}, ${literal(n)})`);
      await duck.run(`INSERT INTO ${name} VALUES ${values.join()}`);
    }
  }
  return (await duck.runAndReadAll(sql))
    .getRowsJson()
    .map((row) => row.map((value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value)));
}

const sorted = (rows: readonly unknown[][]): string[] => rows.map((row) => JSON.stringify(row)).sort();

function rowsOf(relation: Relation, tables: Record<string, readonly Given[]>, columns: readonly string[]): unknown[][] {
  const found = evaluate(relation, (view) => tuples(tables[view] ?? []));
  return found.map(({ row, window }) => [window === undefined ? null : window.start / MINUTE, ...columns.map((name) => row[name])]);
}

describe('a relation gives what DuckDB gives', () => {
  it.each(['inner', 'left', 'right', 'full'] as const)('%s join on window and key, and a condition', async (type) => {
    const relation: Join = {
      kind: 'join',
      type,
      left: scan('l'),
      right: scan('r'),
      on: [{ left: of('k'), right: of('k') }],
      condition: (row) => row.ln === null || row.rn === null || (row.ln as number) >= (row.rn as number),
      sources: [
        { side: 'left', column: 'k' },
        { side: 'left', column: 'n' },
        { side: 'right', column: 'k' },
        { side: 'right', column: 'n' },
      ],
      columns: [column('lk', 'text'), column('ln'), column('rk', 'text'), column('rn')],
    };
    const sql = `SELECT coalesce(l.w, r.w), l.k, l.n, r.k, r.n FROM l ${type} JOIN r ON l.w = r.w AND l.k = r.k AND (l.n IS NULL OR r.n IS NULL OR l.n >= r.n)`;
    await fc.assert(
      fc.asyncProperty(given, given, async (l, r) => {
        expect(sorted(rowsOf(relation, { l, r }, ['lk', 'ln', 'rk', 'rn']))).toEqual(sorted(await oracle(sql, { l, r })));
      }),
      { numRuns: 40 },
    );
  });

  it.each(['row_number', 'rank', 'dense_rank'] as const)('%s in each window', async (name) => {
    const nullsFirst = [true, false];
    await fc.assert(
      fc.asyncProperty(given, fc.boolean(), fc.constantFrom(...nullsFirst), async (t, descending, first) => {
        // Text breaks ties where a number has to, so that there is one right answer.
        const byText = name === 'row_number' ? [{ value: of('k'), descending: false, nullsFirst: false }] : [];
        const relation: Rank = {
          kind: 'rank',
          input: scan('t'),
          function: name,
          partitionBy: [],
          orderBy: [{ value: of('n'), descending, nullsFirst: first }, ...byText],
          as: 'place',
          columns: [...scan('t').columns, column('place')],
        };
        const order = `n ${descending ? 'DESC' : 'ASC'} NULLS ${first ? 'FIRST' : 'LAST'}${byText.length > 0 ? ', k ASC NULLS LAST' : ''}`;
        const sql = `SELECT w, k, n, ${name}() OVER (PARTITION BY w ORDER BY ${order}) FROM t`;
        expect(sorted(rowsOf(relation, { t }, ['k', 'n', 'place']))).toEqual(sorted(await oracle(sql, { t })));
      }),
      { numRuns: 40 },
    );
  });

  const aggregates = (): Pick<Regroup, 'aggregates'> => ({
    aggregates: [
      { name: 'c', type: 'bigint', nullable: false, accumulator: count, add: eventAdder(count) },
      {
        name: 'mean',
        type: 'double precision',
        nullable: true,
        accumulator: avg,
        add: valuesAdder(avg, [{ column: column('n'), checked: true }]),
      },
    ],
  });
  const key = [{ name: 'k', type: 'text' as const, nullable: true, value: of('k') }];
  const columns = [column('c'), column('mean', 'double precision')];

  it.each<[string, Regroup, string]>([
    [
      'by the windows it has',
      { kind: 'regroup', input: scan('t'), key: [], window: 'input', ...aggregates(), columns },
      'SELECT w, NULL, count(*), avg(n) FROM t GROUP BY w',
    ],
    [
      'by key, all windows together',
      { kind: 'regroup', input: scan('t'), key, window: undefined, ...aggregates(), columns },
      'SELECT NULL, k, count(*), avg(n) FROM t GROUP BY k',
    ],
    [
      'all together, one row even of nothing',
      { kind: 'regroup', input: scan('t'), key: [], window: undefined, ...aggregates(), columns },
      'SELECT NULL, NULL, count(*), avg(n) FROM t',
    ],
    [
      'in larger windows by the time of each row',
      {
        kind: 'regroup',
        input: scan('t'),
        key,
        window: {
          spec: { kind: 'tumbling', size: 3 * MINUTE, slide: 3 * MINUTE, offset: 0 },
          time: (row) => Date.parse(row.window_start as string),
          ahead: MINUTE,
        },
        ...aggregates(),
        columns,
      },
      'SELECT (floor(w / 3.0) * 3)::INTEGER AS big, k, count(*), avg(n) FROM t GROUP BY big, k',
    ],
  ])('aggregates again %s', async (_, relation, sql) => {
    await fc.assert(
      fc.asyncProperty(given, async (t) => {
        const found = rowsOf(relation, { t }, ['k', 'c', 'mean']).map((row) => row.map((value) => value ?? null));
        expect(sorted(found)).toEqual(sorted(await oracle(sql, { t })));
      }),
      { numRuns: 40 },
    );
  });

  it('filters, projects, unites, sorts and cuts', async () => {
    const doubled: Relation = {
      kind: 'project',
      input: { kind: 'filter', input: scan('t'), predicate: (row) => row.n !== null && (row.n as number) > 1, columns: scan('t').columns },
      values: [of('k'), (row) => (row.n as number) * 2],
      columns: [column('key', 'text'), column('twice')],
    };
    const plain: Relation = { kind: 'project', input: scan('u'), values: [of('k'), of('n')], columns: [column('k', 'text'), column('n')] };
    const union: Relation = { kind: 'union', inputs: [doubled, plain], columns: doubled.columns };
    const order = [
      { value: of('twice'), descending: true, nullsFirst: false },
      { value: of('key'), descending: false, nullsFirst: true },
    ];
    const relation: Relation = {
      kind: 'limit',
      input: { kind: 'sort', input: union, orderBy: order, columns: union.columns },
      count: 4,
      offset: 1,
      columns: union.columns,
    };
    const sql = `SELECT k, n FROM (SELECT k, n * 2 AS n FROM t WHERE n > 1 UNION ALL SELECT k, n FROM u) ORDER BY n DESC NULLS LAST, k NULLS FIRST LIMIT 4 OFFSET 1`;
    await fc.assert(
      fc.asyncProperty(given, given, async (t, u) => {
        const found = rowsOf(relation, { t, u }, ['key', 'twice']).map(([, ...row]) => row);
        expect(found).toEqual(await oracle(sql, { t, u }));
      }),
      { numRuns: 40 },
    );
  });
});
