// Run by growth.test.ts in a process of its own: prints, a line of JSON each, how many steps each case takes for a text and for one four times as long.
import { parseInterval } from '../../../lib/sql/expression/values/interval-text.ts';
import { memberAt } from '../../../lib/sql/expression/values/json-path.ts';
import { likeMatcher } from '../../../lib/sql/expression/values/like.ts';
import { regexCounter, regexExtractor, regexReplacer, regexTester } from '../../../lib/sql/expression/values/regex.ts';
import { parseDouble } from '../../../lib/sql/expression/values/scalar-text.ts';
import { parseTimestamp } from '../../../lib/sql/expression/values/timestamp.ts';
import { timeFormatter } from '../../../lib/sql/expression/values/to-char.ts';
import { countSteps } from '../../support/count-steps.ts';

interface Case {
  readonly name: string;
  readonly length: number;
  readonly run: (length: number) => unknown;
  /** a length at which what grows with its square would run for hours: steps inside of V8's own functions are not counted */
  readonly long?: number;
}

const LINEAR_PATTERNS: readonly [string, (n: number) => string][] = [
  ['(a+)+$', (n) => `${'a'.repeat(n)}!`],
  ['(a|a)*$', (n) => `${'a'.repeat(n)}!`],
  ['(a|aa)+$', (n) => `${'a'.repeat(n)}!`],
  ['(.*)*x', (n) => 'a'.repeat(n)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', (n) => 'a'.repeat(n)],
  ['(\\s*,\\s*)*z', (n) => ' '.repeat(n)],
  ['^(a?){30}a{30}$', (n) => 'a'.repeat(n)],
];
const LARGE_PATTERNS = [
  '(((((a{100}){100}){100}){100}){100})',
  'a{1001}',
  '((((a*)*)*)*){1000}',
  `${'('.repeat(2000)}a${')'.repeat(2000)}`,
];
const LIKE_PATTERNS = ['%a%a%a%a%a%a%a%a%b', '%_a_%_a_%_a_%_a_%b', '%a_%a_%a_%a_%a_%c%', 'a%a%a%a%a%a%a%b'];
const LONG = 3_000_000;
const TEXTS: readonly [string, (text: string) => unknown, (n: number) => string, length?: number][] = [
  ['double precision of digits that are no number in the end', parseDouble, (n) => `${'1'.repeat(n)}x`],
  ['timestamptz of a day and spaces', (text) => parseTimestamp(text, true), (n) => `2026-01-01${' '.repeat(n)}!`],
  ['interval of digits that are no number in the end', parseInterval, (n) => `${'1'.repeat(n)}_`],
  ['interval of a day and spaces', parseInterval, (n) => `1 day${' '.repeat(n)}!`],
  ['path of spaces', memberAt, (n) => `{${' '.repeat(n)}"}`, 300],
  ['template of to_char of dashes', (text) => timeFormatter(text, true), (n) => '-'.repeat(n), 8000],
];

/** May be refused, but in no other way. */
function refusedAtMost(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'argument') throw error;
  }
}

const cases: readonly Case[] = [
  ...LINEAR_PATTERNS.flatMap(([pattern, text]) => [
    { name: `test ${pattern}`, length: 1000, run: (n: number) => regexTester(pattern)(text(n)) },
    { name: `extract ${pattern}`, length: 1000, run: (n: number) => regexExtractor(pattern)(text(n)) },
  ]),
  { name: 'count a+b?', length: 2000, run: (n) => regexCounter('a+b?')('ab '.repeat(n)) },
  { name: 'replace a+b?', length: 2000, run: (n) => regexReplacer('a+b?', '<\\&>', 'g')('ab '.repeat(n)) },
  ...LARGE_PATTERNS.map((pattern) => ({
    name: `large ${pattern.slice(0, 40)}`,
    length: 1,
    run: (n: number) => refusedAtMost(() => regexTester(pattern.slice(0, 5000))('aaaa'.repeat(n))),
  })),
  ...LIKE_PATTERNS.flatMap((pattern) =>
    [false, true].map((fold) => ({
      name: `${fold ? 'ILIKE' : 'LIKE'} ${pattern}`,
      length: 4000,
      run: (n: number) => likeMatcher(pattern, fold)('a'.repeat(n)),
      long: 1_000_000,
    })),
  ),
  { name: 'LIKE as long as the text', length: 500, run: (n) => likeMatcher(`%${'a'.repeat(n / 2)}_b%`, false)('a'.repeat(n)) },
  ...TEXTS.map(([name, read, text, length = 4000]) => ({
    name,
    length,
    run: (n: number) => refusedAtMost(() => read(text(n))),
    long: length === 4000 ? LONG : length,
  })),
];

for (const { name, length, run, long } of cases) {
  run(length);
  const { steps: short } = await countSteps(async () => run(length));
  const { steps: fourTimes } = await countSteps(async () => run(4 * length));
  if (long !== undefined) run(long);
  console.log(JSON.stringify({ name, short, fourTimes }));
}
