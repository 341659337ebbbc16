// The table of attacks names tests: each is there, by file and title.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const security = readFileSync('docs/security.md', 'utf8');
const [, table = ''] = security.split('| attack | test | outcome |\n|---|---|---|\n');
const rows = table.split('\n').filter((line) => line.startsWith('| '));

/** Each test a row names: its file, then a part of its title. */
const named = rows.flatMap((row) => {
  const tests = row.split(' | ')[1] ?? '';
  return [...tests.matchAll(/`(test\/[\w/.-]+\.ts)`((?:,? "[^"]+")+)/g)].flatMap(([, file, titles]) =>
    [...(titles as string).matchAll(/"([^"]+)"/g)].map(([, title]) => [file as string, title as string] as const),
  );
});

describe('the table of attacks', () => {
  it('says for each what shows it and what came of it', () => {
    expect(rows.length).toBeGreaterThan(15);
    for (const row of rows) {
      expect(row.split(/(?<!\\)\|/), row).toHaveLength(5);
      expect(row, row).toMatch(/`test\/[\w/.-]+\.test\.ts` "/);
    }
  });

  it.each(named)('names a test that is there: %s "%s"', (file, title) => {
    expect(readFileSync(file, 'utf8')).toContain(title);
  });
});
