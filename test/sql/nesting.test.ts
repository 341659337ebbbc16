// SQL that is deep or that names itself twice at every step: it compiles or is refused with its place, soon, and what comes after it works.
import { expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { MillraceError } from '../../lib/core/errors.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { bindQuery } from '../../lib/sql/bind-query.ts';
import { parseSql } from '../../lib/sql/parse.ts';

const TABLE = "CREATE TABLE t (k text, x bigint, j jsonb, at timestamptz) WITH (event_time = 'at');\n";
const COUNT = 'SELECT count(*) AS n FROM t';
const where = (condition: string): string => `SELECT count(*) FILTER (WHERE ${condition}) AS n FROM t`;
const ctes = (n: number, next: (before: string) => string): string =>
  `WITH q0 AS (${COUNT}), ${Array.from({ length: n }, (_, i) => `q${i + 1} AS (${next(`q${i}`)})`)} SELECT n FROM q${n}`;

/** Each as deep as it is told. */
const FORMS: Readonly<Record<string, (n: number) => string>> = {
  parentheses: (n) => where(`${'('.repeat(n)}x${')'.repeat(n)} = 1`),
  NOT: (n) => where(`${'NOT '.repeat(n)}true`),
  sums: (n) => where(`${'x + '.repeat(n)}1 = 1`),
  AND: (n) => where(`${'x = 1 AND '.repeat(n)}true`),
  CASE: (n) => where(`${'CASE WHEN x = 1 THEN '.repeat(n)}true ${'END '.repeat(n)}`),
  calls: (n) => where(`${'abs('.repeat(n)}x${')'.repeat(n)} = 1`),
  'members of jsonb': (n) => where(`j${"->'a'".repeat(n)} IS NULL`),
  casts: (n) => where(`x${'::text'.repeat(n)} = '1'`),
  'sub-queries': (n) => `SELECT n FROM ${'(SELECT n FROM '.repeat(n)}(${COUNT}) a${') a'.repeat(n)}`,
  'sub-queries that double': (n) => `SELECT n FROM ${'(SELECT n + n AS n FROM '.repeat(n)}(SELECT x AS n FROM t) a${') a'.repeat(n)}`,
  'UNION ALL': (n) => `${COUNT} ${`UNION ALL ${COUNT} `.repeat(n)}`,
  joins: (n) => `SELECT a.n FROM (${COUNT}) a ${Array.from({ length: n }, (_, i) => `JOIN (${COUNT}) b${i} ON true`).join(' ')}`,
  'WITH after WITH': (n) => ctes(n, (before) => `SELECT n FROM ${before}`),
  'WITH joined with itself': (n) => ctes(n, (before) => `SELECT a.n FROM ${before} a JOIN ${before} b ON true`),
  'WITH united with itself': (n) => ctes(n, (before) => `SELECT n FROM ${before} UNION ALL SELECT n FROM ${before}`),
};

it.each(Object.entries(FORMS))('%s', async (_, form) => {
  for (const n of [10, 30, 200, 1000, 5000]) {
    const from = performance.now();
    const error: unknown = await compile(sqlApplication('app.sql', TABLE + form(n))).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined) {
      expect(error).toBeInstanceOf(MillraceError);
      expect(error).toMatchObject({ code: 'definition', message: expect.stringMatching(/^app\.sql:\d+:\d+: \S/) });
    }
    // A hundred times what it takes; what doubles at every step would take for ever.
    expect(performance.now() - from, `${n} levels`).toBeLessThan(10_000);
  }
  await compile(sqlApplication('app.sql', `${TABLE}${COUNT}`));
});

it('a query that is asked once is refused alike', async () => {
  const plan = await compile(sqlApplication('app.sql', `${TABLE}CREATE MATERIALIZED VIEW v AS ${COUNT}`));
  const ask = async (text: string) => bindQuery(await parseSql(text, 'sql'), plan, { scalars: new Map(), aggregates: new Map() });
  const chain = (n: number, next: (before: string) => string) => ctes(n, next).replaceAll(COUNT, 'SELECT n FROM v');
  expect((await ask(chain(5, (before) => `SELECT a.n FROM ${before} a JOIN ${before} b ON true`))).relation.columns).toHaveLength(1);
  await expect(ask(chain(5000, (before) => `SELECT n FROM ${before}`))).rejects.toMatchObject({
    code: 'definition',
    message: expect.stringMatching(/^sql:1:1: this is nested too deeply/),
  });
});
