// What users sent is shown on the terminal of whoever looks at it: it must not steer that.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { printable, printableJson } from '../../lib/cli/printable.ts';
import { millrace } from './terminal.ts';

/** Clears a screen, by one character too; renames a window; turns what follows around; begins a line; a tag nobody sees. */
const EVIL = '\u001b[2J\u009b2J\u001b]0;owned\u0007\u202e\r\u2028\u007f\u{e0041}';
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const directory = mkdtempSync(join(tmpdir(), 'millrace-escapes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const app = join(directory, 'app.sql');
writeFileSync(
  app,
  `CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');
   CREATE MATERIALIZED VIEW views AS SELECT page, window_start, window_end, count(*) AS n
     FROM TUMBLE(clicks, at, INTERVAL '1 minute') GROUP BY page, window_start, window_end;`,
);
const good = JSON.stringify({ page: EVIL, at: '2026-01-01T10:00:00Z' });

/** The lines of a text, none of which has a control character. */
function lines(text: string): string[] {
  const all = text.split('\n');
  for (const line of all) expect(line).not.toMatch(CONTROL);
  return all.slice(0, -1);
}

it('a line of JSON is read back as it was', () => {
  const value = { [EVIL]: EVIL, n: 1 };
  const [line, ...more] = lines(printableJson(value));
  expect(more).toEqual([]);
  expect(JSON.parse(line as string)).toEqual(value);
});

it('a character of two units is two escapes', () => {
  expect(printable('a\u{e0041}b')).toBe('a\\udb40\\udc41b');
});

it('millrace run shows rows and dead letters without obeying them', async () => {
  const input = join(directory, 'clicks.jsonl');
  writeFileSync(input, `${good}\n{"page": ${EVIL.replace('\r', '')}}\n`);
  const { code, out, err } = await millrace(['run', app, '--input', `clicks=${input}`]);
  expect(code).toBe(0);
  expect(lines(out).map((line) => JSON.parse(line))).toMatchObject([{ page: EVIL, n: 1 }]);
  expect(lines(err).join()).toContain('\\u001b[2J');
});

it.each([[], ['--json']])('millrace why shows an event so: %s', async (...options) => {
  const { code, out } = await millrace(['why', app, '--event', good, '--url', 'http://127.0.0.1:1', ...options]);
  expect(code).toBe(0);
  expect(lines(out).join()).toContain('\\u001b[2J');
});

it('an error shows what was given so', async () => {
  const { code, err } = await millrace(['why', app, '--event', good, '--stream', EVIL]);
  expect(code).toBe(2);
  expect(lines(err).join()).toContain('there are: clicks');
});
