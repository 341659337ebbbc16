import { afterEach, expect, it, vi } from 'vitest';
import { ProblemLog } from '../../lib/cli/problem-log.ts';

afterEach(() => {
  vi.useRealTimers();
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
