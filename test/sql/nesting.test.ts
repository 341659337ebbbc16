// SQL that is deep or that names itself twice at every step: it compiles or is refused with its place. What doubles at every step would come to no end.
import { expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { bindQuery } from '../../lib/sql/bind-query.ts';
import { parseSql } from '../../lib/sql/parse.ts';
import { jsonLines } from '../support/json-lines.ts';
import { COUNT, ctes, TABLE } from './nested.ts';

interface Compiled {
  readonly form: string;
  readonly levels: number;
  readonly refused: unknown;
}

const compiled = await jsonLines<Compiled>('./nesting-cases.ts', import.meta.url);

it.each(compiled)('$form, $levels levels: compiles, or is refused with its place', ({ refused }) => {
  if (refused !== null) expect(refused).toEqual({ code: 'definition', message: expect.stringMatching(/^app\.sql:\d+:\d+: \S/) });
});

it('ten levels of anything compile, unless each doubles what it is made of', () => {
  const refused = compiled.filter((one) => one.levels === 10 && one.refused !== null).map(({ form }) => form);
  expect(refused).toEqual(['WITH joined with itself', 'WITH united with itself']);
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
