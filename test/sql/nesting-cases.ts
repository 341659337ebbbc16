// Run by nesting.test.ts in a process of its own: compiles SQL that is nested deeper and deeper, and prints a line of JSON for each.
import { compile } from '../../lib/compile/compile.ts';
import { MillraceError } from '../../lib/core/errors.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { COUNT, ctes, TABLE } from './nested.ts';

const where = (condition: string): string => `SELECT count(*) FILTER (WHERE ${condition}) AS n FROM t`;

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

for (const [form, sql] of Object.entries(FORMS)) {
  for (const levels of [10, 30, 200, 1000, 5000]) {
    const error: unknown = await compile(sqlApplication('app.sql', TABLE + sql(levels))).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const refused = error instanceof MillraceError ? { code: error.code, message: error.message } : error;
    console.log(JSON.stringify({ form, levels, refused: refused === undefined ? null : refused }));
  }
  // And it still works.
  await compile(sqlApplication('app.sql', `${TABLE}${COUNT}`));
}
