// Patterns and texts made to take long: how the time grows tells, since a bound in seconds says little about a machine.
import { describe, expect, it } from 'vitest';
import { parseInterval } from '../../../lib/sql/expression/values/interval-text.ts';
import { memberAt } from '../../../lib/sql/expression/values/json-path.ts';
import { likeMatcher } from '../../../lib/sql/expression/values/like.ts';
import { regexCounter, regexExtractor, regexReplacer, regexTester } from '../../../lib/sql/expression/values/regex.ts';
import { parseDouble } from '../../../lib/sql/expression/values/scalar-text.ts';
import { parseTimestamp } from '../../../lib/sql/expression/values/timestamp.ts';
import { timeFormatter } from '../../../lib/sql/expression/values/to-char.ts';

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
    expect(growth((n) => count('ab '.repeat(n)), 16_000)).toBeLessThan(NOT_QUADRATIC);
    const replace = regexReplacer('a+b?', '<\\&>', 'g');
    expect(growth((n) => replace('ab '.repeat(n)), 16_000)).toBeLessThan(NOT_QUADRATIC);
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
    expect(growth(run, 2000)).toBeLessThan(40);
  });
});

/** Reads a text, which may be refused. */
const reading = (read: (text: string) => unknown, text: (n: number) => string) => (n: number) => {
  try {
    read(text(n));
  } catch (error) {
    expect(error).toMatchObject({ code: 'argument' });
  }
};

describe('a text that is read', () => {
  it.each<[string, (text: string) => unknown, (n: number) => string, length?: number]>([
    ['double precision of digits that are no number in the end', parseDouble, (n) => `${'1'.repeat(n)}x`],
    ['timestamptz of a day and spaces', (text: string) => parseTimestamp(text, true), (n) => `2026-01-01${' '.repeat(n)}!`],
    ['interval of digits that are no number in the end', parseInterval, (n) => `${'1'.repeat(n)}_`],
    ['interval of a day and spaces', parseInterval, (n) => `1 day${' '.repeat(n)}!`],
    ['path of spaces', memberAt, (n) => `{${' '.repeat(n)}"}`, 300],
    ['template of to_char of dashes', (text) => timeFormatter(text, true), (n) => '-'.repeat(n), 8000],
  ])('as %s takes time by its length', (_, read, text, length = 4000) => {
    expect(growth(reading(read, text), length)).toBeLessThan(NOT_QUADRATIC);
  });
});
