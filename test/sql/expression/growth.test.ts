// Patterns and texts made to take long: how the time grows tells, since a bound in seconds says little about a machine.
import { describe, expect, it } from 'vitest';
import { likeMatcher } from '../../../lib/sql/expression/values/like.ts';
import { regexCounter, regexExtractor, regexReplacer, regexTester } from '../../../lib/sql/expression/values/regex.ts';

/** The processor time of a run, in milliseconds. */
function cost(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  return process.cpuUsage(begun).user / 1000;
}

/**
 * How many times as long it takes for a text four times as long: the least of many runs each, in turns, since compiling the code, collecting
 * garbage and whatever else the machine does only ever add to one.
 */
function growth(work: (length: number) => void, length: number): number {
  let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let run = 0; run < 10; run++) {
    short = Math.min(
      short,
      cost(() => work(length)),
    );
    long = Math.min(
      long,
      cost(() => work(length * 4)),
    );
  }
  return long / Math.max(0.5, short);
}

/** Linear would be 4, quadratic 16, exponential without end. */
const NOT_QUADRATIC = 10;

describe('a regular expression', () => {
  it.each([
    ['(a+)+$', (n: number) => `${'a'.repeat(n)}!`],
    ['(a|a)*$', (n: number) => `${'a'.repeat(n)}!`],
    ['(a|aa)+$', (n: number) => `${'a'.repeat(n)}!`],
    ['(.*)*x', (n: number) => 'a'.repeat(n)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', (n: number) => 'a'.repeat(n)],
    ['(\\s*,\\s*)*z', (n: number) => ' '.repeat(n)],
    ['^(a?){30}a{30}$', (n: number) => 'a'.repeat(n)],
  ])('%s takes time by the length of the text', (pattern, text) => {
    const test = regexTester(pattern);
    expect(growth((n) => test(text(n)), 4000)).toBeLessThan(NOT_QUADRATIC);
    const extract = regexExtractor(pattern);
    expect(growth((n) => extract(text(n)), 4000)).toBeLessThan(NOT_QUADRATIC);
  });

  it.each(['(((((a{100}){100}){100}){100}){100})', 'a{1001}', '((((a*)*)*)*){1000}', `${'('.repeat(2000)}a${')'.repeat(2000)}`])(
    'that would be too large is refused, or is soon made: %s',
    (pattern) => {
      expect(
        cost(() => {
          try {
            regexTester(pattern.slice(0, 5000))('aaaa');
          } catch (error) {
            expect(error).toMatchObject({ code: 'argument' });
          }
        }),
      ).toBeLessThan(1000);
    },
  );

  it('is found and replaced as often as it is there in time by the length of the text', () => {
    const count = regexCounter('a+b?');
    expect(growth((n) => count('ab '.repeat(n)), 4000)).toBeLessThan(NOT_QUADRATIC);
    const replace = regexReplacer('a+b?', '<\\&>', 'g');
    expect(growth((n) => replace('ab '.repeat(n)), 4000)).toBeLessThan(NOT_QUADRATIC);
  });
});

describe('LIKE', () => {
  it.each(['%a%a%a%a%a%a%a%a%b', '%_a_%_a_%_a_%_a_%b', '%a_%a_%a_%a_%a_%c%', 'a%a%a%a%a%a%a%b'])(
    '%s takes time by the length of the text',
    (pattern) => {
      for (const fold of [false, true]) {
        const match = likeMatcher(pattern, fold);
        expect(growth((n) => match('a'.repeat(n)), 20_000)).toBeLessThan(NOT_QUADRATIC);
      }
    },
  );

  it('with a pattern that is as long as the text takes no more than the product of their lengths', () => {
    const run = (n: number) => likeMatcher(`%${'a'.repeat(n / 2)}_b%`, false)('a'.repeat(n));
    // Twice the pattern and twice the text for every doubling: 16 for four times, and nothing beyond.
    expect(growth(run, 1000)).toBeLessThan(40);
  });
});
