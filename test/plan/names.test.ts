import { describe, expect, it } from 'vitest';
import { applicationNameProblem, quote, resultColumnProblem, streamNameProblem, viewNameProblem } from '../../lib/plan/names.ts';

const long = (n: number) => 'a'.repeat(n);

describe.each([
  [
    'a stream',
    streamNameProblem,
    ['clicks', 'My-Clicks.v2_x', '1', long(128), '__proto__'],
    ['', 'a b', 'ä', 'a/b', long(129), 'a\n', 1, null, undefined],
  ],
  [
    'a view',
    viewNameProblem,
    ['page_views', 'V2', '_x', 'constructor', long(128)],
    ['', '2v', 'page-views', 'a.b', 'a b', 'é', long(129), 'a\n', 1, null],
  ],
  ['an application', applicationNameProblem, ['shop', 'My-Shop_2', long(64)], ['', '2shop', '-a', '_a', 'a.b', long(65), undefined]],
  [
    'a result column',
    resultColumnProblem,
    ['page', 'avg_ms', '__proto__', 'Final'],
    ['', '1', 'a-b', 'final', 'window_start', 'window_end', long(129), {}],
  ],
])('the name of %s', (_, problem, good, bad) => {
  it.each(good)('can be %j', (name) => {
    expect(problem(name)).toBeUndefined();
  });

  it.each(bad)('cannot be %j', (name) => {
    expect(problem(name)).toMatch(/: (use|choose) /);
  });
});

describe('quote', () => {
  it('cuts long names', () => {
    expect(quote(long(100))).toBe(`"${long(60)}…"`);
    expect(quote('a"b')).toBe('"a\\"b"');
    expect(quote(undefined)).toBe('"undefined"');
  });
});
