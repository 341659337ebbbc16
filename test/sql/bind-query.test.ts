import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import type { Row } from '../../lib/core/column.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { evaluate } from '../../lib/query/evaluate.ts';
import { bindQuery } from '../../lib/sql/bind-query.ts';
import { parseSql } from '../../lib/sql/parse.ts';

const TEXT = `CREATE TABLE t (k text, x bigint, at timestamptz) WITH (event_time = 'at');
  CREATE MATERIALIZED VIEW v AS SELECT k, window_start, window_end, sum(x) AS s, count(*) AS n FROM TUMBLE(t, at, '1 minute') GROUP BY k, window_start, window_end;
  CREATE MATERIALIZED VIEW big AS SELECT k, window_start, window_end, s FROM v WHERE s > 2;
  CREATE MATERIALIZED VIEW plain AS SELECT s FROM v WHERE s > 2;`;

const FUNCTIONS = { scalars: new Map(), aggregates: new Map() };
let plan: Plan;
beforeAll(async () => {
  plan = await compile(sqlApplication('app.sql', TEXT));
});

/** Rows of `v`: key, the minute its window starts, sum, count. */
const ROWS = [
  ['a', 0, 5, 2],
  ['b', 0, 3, 1],
  ['a', 1, 1, 1],
  [null, 1, 9, 3],
] as const;

async function asked(text: string): Promise<Row[]> {
  const { relation } = bindQuery(await parseSql(text, 'sql'), plan, FUNCTIONS);
  const rows = ROWS.map(([k, minute, s, n]) => {
    const window = { start: minute * 60_000, end: (minute + 1) * 60_000 };
    const [window_start, window_end] = [window.start, window.end].map((time) => new Date(time).toISOString());
    return { row: { k, window_start, window_end, s, n } as Row, window };
  });
  return evaluate(relation, (view) => (view === 'v' ? rows : [])).map(({ row }) => ({ ...row }));
}

it('bindQuery joins whole numbers with doubles as = compares them', async () => {
  const bySum = (name: string, x: string) =>
    `CREATE MATERIALIZED VIEW ${name} AS SELECT window_start, window_end, sum(${x}) AS s FROM TUMBLE(t, at, '1 minute') GROUP BY window_start, window_end;`;
  const app = `${TEXT} ${bySum('whole', 'x')} ${bySum('doubles', 'x::double precision')}`;
  const text = 'SELECT whole.s FROM whole JOIN doubles ON whole.s = doubles.s AND whole.window_start = doubles.window_start';
  const { relation } = bindQuery(await parseSql(text, 'sql'), await compile(sqlApplication('app.sql', app)), FUNCTIONS);
  const window = { start: 0, end: 60_000 };
  const sums: Record<string, unknown> = { whole: 9007199254740993n, doubles: 9007199254740992 };
  expect(evaluate(relation, (view) => [{ row: { s: sums[view] }, window }])).toHaveLength(1);
});

describe('bindQuery', () => {
  it.each([
    [
      'SELECT k, s FROM v ORDER BY s DESC LIMIT 2',
      [
        { k: null, s: 9 },
        { k: 'a', s: 5 },
      ],
    ],
    ['SELECT k FROM v ORDER BY n DESC, s LIMIT 2 OFFSET 1', [{ k: 'a' }, { k: 'a' }]],
    ['SELECT k AS key FROM v ORDER BY key NULLS FIRST, v.s', [{ key: null }, { key: 'a' }, { key: 'a' }, { key: 'b' }]],
    [
      'SELECT s, k FROM v ORDER BY 2, 1',
      [
        { s: 1, k: 'a' },
        { s: 5, k: 'a' },
        { s: 3, k: 'b' },
        { s: 9, k: null },
      ],
    ],
    [
      'SELECT k, sum(s) AS total FROM v GROUP BY k ORDER BY sum(n) DESC, k',
      [
        { k: 'a', total: 6 },
        { k: null, total: 9 },
        { k: 'b', total: 3 },
      ],
    ],
    ['SELECT count(*) AS n, max(s) AS m FROM v WHERE k IS NOT NULL', [{ n: 3, m: 5 }]],
    ['SELECT count(*) AS n FROM v WHERE s > 100', [{ n: 0 }]],
    ["SELECT k, s FROM big WHERE window_start = TIMESTAMPTZ '1970-01-01 00:01:00+00'", [{ k: null, s: 9 }]],
    [
      'SELECT v.k, v.n FROM v JOIN big ON v.k = big.k AND v.window_start = big.window_start ORDER BY v.k DESC',
      [
        { k: 'b', n: 1 },
        { k: 'a', n: 2 },
      ],
    ],
    ['SELECT k AS question_order_by_1 FROM v ORDER BY s DESC LIMIT 2', [{ question_order_by_1: null }, { question_order_by_1: 'a' }]],
    ['SELECT * FROM plain AS p ORDER BY p.window_start DESC, s', [{ s: 9 }, { s: 3 }, { s: 5 }]],
    ['SELECT * FROM plain ORDER BY -plain.s LIMIT 1', [{ s: 9 }]],
    ['SELECT * FROM plain ORDER BY window_start DESC, s LIMIT 2', [{ s: 9 }, { s: 3 }]],
    [
      'SELECT v.*, big.s AS total FROM v JOIN big ON v.k = big.k AND v.window_start = big.window_start ORDER BY k DESC LIMIT 1',
      [{ k: 'b', window_start: '1970-01-01T00:00:00.000Z', window_end: '1970-01-01T00:01:00.000Z', s: 3, n: 1, total: 3 }],
    ],
    ["SELECT k FROM v ORDER BY s DESC LIMIT '1'", [{ k: null }]],
    [
      'SELECT k, sum(s) FROM v GROUP BY k ORDER BY sum',
      [
        { k: 'b', sum: 3 },
        { k: 'a', sum: 6 },
        { k: null, sum: 9 },
      ],
    ],
    [
      "SELECT s, window_start FROM plain WHERE window_start = TIMESTAMPTZ '1970-01-01 00:01:00+00'",
      [{ s: 9, window_start: '1970-01-01T00:01:00.000Z' }],
    ],
    ['SELECT * FROM plain AS p (x) WHERE p.window_end > p.window_start LIMIT 1', [{ x: 5 }]],
    [
      'SELECT count(*) AS n, window_start FROM plain GROUP BY window_start',
      [
        { n: 2, window_start: '1970-01-01T00:00:00.000Z' },
        { n: 1, window_start: '1970-01-01T00:01:00.000Z' },
      ],
    ],
    ['WITH w AS (SELECT k, s FROM v WHERE n > 1) SELECT k FROM w ORDER BY s FETCH FIRST ROW ONLY', [{ k: 'a' }]],
    ['SELECT k FROM v WHERE s > 4 UNION ALL SELECT k FROM big WHERE s = 3 ORDER BY k', [{ k: 'a' }, { k: 'b' }, { k: null }]],
  ])('%s', async (text, rows) => {
    expect(await asked(text)).toEqual(rows);
  });

  it.each([
    ['SELECT k FROM t', 'sql:1:15: "t" is a stream, and ad hoc queries read only views'],
    ['SELECT k FROM bigg', 'did you mean "big"?'],
    ['SELECT k FROM v ORDER BY 2', 'sql:1:26: ORDER BY takes columns, expressions, or positions'],
    ['SELECT k FROM v LIMIT -1', 'LIMIT takes a whole number'],
    ['SELECT k FROM v; SELECT s FROM v', 'sql:1:18: a query is one statement'],
    ['DELETE FROM v', 'sql:1:1: only SELECT is allowed'],
    ['SELECT k FROM v FOR UPDATE', 'FOR UPDATE'],
    ['SELECT k FROM (SELECT k FROM v LIMIT 1) AS q', 'LIMIT'],
    ['', 'there is no SELECT'],
  ])('refuses %j', async (text, said) => {
    await expect(asked(text)).rejects.toThrow(said);
  });
});
