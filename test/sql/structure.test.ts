import { expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { describePlan } from '../../lib/plan/describe-plan.ts';

it('a condition that is too long to keep is described in words all the same, and still tells two views apart', async () => {
  const view = (name: string, keys: number) => `CREATE MATERIALIZED VIEW ${name} AS SELECT k, n FROM v
    WHERE n > 2 AND k IN (${Array.from({ length: keys }, (_, i) => `'a rather long key ${i}'`)});`;
  const text = `CREATE TABLE t (k text);
    CREATE MATERIALIZED VIEW v AS SELECT k, count(*) AS n FROM t GROUP BY k;
    ${view('few', 2)} ${view('many', 100)} ${view('more', 101)}`;
  const { derived } = describePlan(await compile(sqlApplication('app.sql', text)));
  expect(derived.map(({ relation }) => relation.inputs[0]?.does)).toEqual([
    expect.stringContaining('"a rather long key 1"'),
    'keep rows where (("n" > 2::bigint) AND …)',
    'keep rows where (("n" > 2::bigint) AND …)',
  ]);
  expect(new Set(derived.map(({ fingerprint }) => fingerprint)).size).toBe(3);
});
