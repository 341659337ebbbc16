// Every aggregate of docs/language.md is what it says: known to SQL and to TypeScript, with the type it states, and with equal plans.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aggregates } from '../../lib/dsl/aggregate-builder.ts';
import { application, compile, sql, stream, tumbling, view } from '../../lib/index.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';
import { codeBlocks } from '../support/code-blocks.ts';

const text = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| `(.+?)` \| `(a\..+?)` \| (.+?) \| .*\|$/gm)].map(
  ([, inSql, inTypeScript, type]) => [inSql, inTypeScript, type] as [string, string, string],
);

const COLUMNS = {
  page: 'text | null',
  user_id: 'text | null',
  ms: 'double precision | null',
  cost: 'double precision | null',
  n: 'bigint | null',
  ok: 'boolean | null',
  at: 'timestamptz',
} as const;
const TABLE = `CREATE TABLE clicks (page text, user_id text, ms double precision, cost double precision, n bigint, ok boolean,
  at timestamptz NOT NULL) WITH (event_time = 'at');`;

/** The one view of an application. */
async function viewOf(definition: Parameters<typeof application>[1]) {
  return (await compile(application('docs', definition))).views[0];
}

describe('docs/language.md', () => {
  it('lists every aggregate there is', () => {
    for (const name of Object.keys(aggregates)) expect(rows.some(([, code]) => code.startsWith(`a.${name}(`))).toBe(true);
  });

  it.each(rows)('%s is %s, and %s', async (inSql, inTypeScript, type) => {
    const select = `SELECT ${inSql} AS v, window_start, window_end FROM TUMBLE(clicks, at, INTERVAL '1 minute') GROUP BY window_start, window_end`;
    const ofSql = await viewOf({ sql: sql(`${TABLE} CREATE MATERIALIZED VIEW t AS ${select};`) });
    const build = new Function('a', `return { v: ${inTypeScript} }`) as (a: unknown) => { v: never };
    const clicks = stream('clicks', { columns: COLUMNS, eventTime: 'at' });
    const ofTypeScript = await viewOf({ views: [view('t', clicks.window(tumbling('1 minute')).aggregate(build))] });
    expect(ofSql?.fingerprint).toBe(ofTypeScript?.fingerprint);
    const [aggregate] = ofSql?.aggregates ?? [];
    expect({ ...aggregate, add: undefined, accumulator: aggregate?.accumulator.name }).toEqual({
      ...ofTypeScript?.aggregates[0],
      add: undefined,
      accumulator: ofTypeScript?.aggregates[0]?.accumulator.name,
    });
    if (!type.includes("'s")) expect(aggregate?.type).toBe(type);
  });

  it('has functions that SQL calls', async () => {
    const [code = ''] = codeBlocks('docs/language.md', 'ts').filter((block) => block.includes('functions: {'));
    const directory = mkdtempSync(join(tmpdir(), 'millrace-language-'));
    const file = join(directory, 'app.ts');
    writeFileSync(file, code.replace("'millrace'", JSON.stringify(new URL('../../lib/index.ts', import.meta.url).pathname)));
    const { default: shop } = (await import(file)) as { default: Parameters<typeof compile>[0] };
    const driver = await createTestDriver(shop, { now: '2026-01-01T00:00:10Z' });
    const at = '2026-01-01T00:00:00Z';
    await driver.put('data', [
      { x: 2, y: 3, at },
      { x: 8, y: 1, at },
      { x: 4, y: null, at },
    ]);
    const [row] = await driver.rows('v');
    expect(row?.products).toBe(14);
    expect(row?.typical).toBeCloseTo(4, 12);
    rmSync(directory, { recursive: true });
  });
});
