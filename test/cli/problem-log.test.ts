import { afterEach, expect, it, vi } from 'vitest';
import { ProblemLog } from '../../lib/cli/problem-log.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('tells what a message holds, and lets it neither begin a line nor steer the terminal', () => {
  const lines: string[] = [];
  new ProblemLog((line) => lines.push(line)).report(
    'a batch failed',
    new Error('key "\u001b[2J\u001b]0;owned\u0007\r\u009b31m\u2028millrace: all is well\nmillrace: all is well\u202e"'),
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(lines[0]).toContain('\\u001b[2J');
});

it('tells a problem once, on one line, and again only after half a minute', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const lines: string[] = [];
  const log = new ProblemLog((line) => lines.push(line));
  for (let i = 0; i < 5; i++) log.report('a batch failed', new Error('no\n  network'));
  log.report('a batch failed', 'something else');
  vi.advanceTimersByTime(30_000);
  log.report('a batch failed', new Error('no network'));
  expect(lines).toEqual([
    'millrace: a batch failed: no network',
    'millrace: a batch failed: something else',
    'millrace: a batch failed: no network (4 times more since)',
  ]);
});
