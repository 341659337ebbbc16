// The ad hoc queries of docs/language.md run against the views that its section on SQL statements defines.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { LIMITS, MOST_ROWS } from '../../lib/api/sql.ts';
import { MOST_CHARACTERS } from '../../lib/api/sql-question.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { SqlService } from '../support/sql-service.ts';

const text = readFileSync('docs/language.md', 'utf8');
const sectionOf = (name: string): string => text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
const blocks = (section: string, language: string): string[] =>
  Array.from(section.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs')), ([, block]) => block as string);
const section = sectionOf('Ad hoc queries in SQL');
const queries = (blocks(section, 'sql')[0] ?? '').split(/(?<=;)\s+/).filter((query) => query.trim() !== '');

const T0 = Date.parse('2026-01-01T10:00:00Z');
let service: SqlService;
beforeAll(async () => {
  service = await SqlService.open(sqlApplication('shop.sql', blocks(sectionOf('SQL statements'), 'sql').join('\n')), T0);
  service.now = T0 + 10_000;
  const click = (page: string, second: number) => ({
    page,
    user_id: 'u',
    ms: 1500,
    doc: {},
    at: new Date(T0 + second * 1000).toISOString(),
  });
  await service.put('clicks', [click('/pricing', 0), click('/pricing', 1), click('/a', 2), click('/pricing', 12)]);
});

describe('the ad hoc queries in docs/language.md', () => {
  it('are four', () => expect(queries).toHaveLength(4));

  it.each(queries)('%s', async (query) => {
    const answer = await service.ask(query, query.includes('$1') ? ['/pricing'] : []);
    expect(answer, answer.detail).toMatchObject({ status: 200 });
    expect(answer.rows.length).toBeGreaterThan(0);
  });

  it('are answered as shown', async () => {
    const body = /-d '(.*?)'/s.exec(section)?.[1] as string;
    const shown = JSON.parse(blocks(section, 'json')[0] as string) as object;
    expect(await service.send(body)).toEqual({
      ...shown,
      status: 200,
      as_of: { page_views: expect.any(String) },
      watermark: expect.any(String),
    });
  });

  it('have the bounds that the section states', () => {
    for (const bound of [LIMITS.pages, LIMITS.rows, LIMITS.steps, LIMITS.seconds, MOST_ROWS, MOST_CHARACTERS]) {
      expect(section).toContain(bound.toLocaleString('en-US'));
    }
  });
});
