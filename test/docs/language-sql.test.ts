import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { sqlError } from '../support/sql-error.ts';

const section = /## SQL statements\n(.*?)\n## /s.exec(readFileSync('docs/language.md', 'utf8'))?.[1] as string;
const statements = Array.from(section.matchAll(/```sql\n(.*?)```/gs), ([, sql]) => sql).join('\n');

/** What the first column of a table names, in the order of the document. */
function named(heading: string): string[] {
  const table = section
    .slice(section.indexOf(heading))
    .split('\n\n')
    .find((part) => part.startsWith('| ')) as string;
  return Array.from(table.matchAll(/^\| `([^`]+)`/gm), ([, name]) => name as string);
}

describe('SQL in docs/language.md', () => {
  it('compiles, all of it together', async () => {
    const { views, derived } = await compile(sqlApplication('shop.sql', statements));
    expect(views.filter(({ hidden }) => !hidden).map(({ name }) => name)).toEqual(['page_views', 'per_user']);
    expect(derived.map(({ name }) => name)).toEqual(['busiest', 'slow', 'top_pages', 'share']);
  });

  it('names every option there is', async () => {
    const stream = await sqlError("CREATE TABLE s (at timestamptz) WITH (zzzzzzzzzzzzzzzzzz = '')");
    expect(stream).toContain(`the options are ${named('**Streams.**').join(', ')}`);
    const view = await sqlError('CREATE MATERIALIZED VIEW v WITH (zzzzzzzzzzzzzzzzzz = 1) AS SELECT 1');
    expect(view).toContain(`the options are ${named('**Views.**').join(', ')}`);
  });

  it('names every window function there is', async () => {
    const table = "CREATE TABLE t (ts timestamptz) WITH (event_time = 'ts');";
    const said = await sqlError(`${table} SELECT count(*) FROM zzzzzzzzzzzzzzzzzz(t, ts)`);
    const names = named('**Windows**').map((written) => written.slice(0, written.indexOf('(')));
    expect(said).toContain(`the functions in FROM are ${names.join(', ')}`);
  });
});
