import type { Overload } from '../overload.ts';
import { concatenated } from '../values/characters.ts';
import { addNumbers, divideNumbers, multiplyNumbers, power, remainderOf, subtractNumbers } from '../values/double.ts';
import { absolute, add, divide, type Int, multiply, negate, normalise, remainder, subtract } from '../values/int.ts';
import { addIntervals, divideInterval, type Interval, multiplyInterval, negateInterval } from '../values/interval.ts';
import { concatJson, containsJson, hasMember, member, memberAt, memberAtText, memberText } from '../values/json-path.ts';
import { likeMatcher } from '../values/like.ts';
import { regexTester } from '../values/regex.ts';
import { addInterval, difference } from '../values/timestamp.ts';

const ints = (call: (a: Int, b: Int) => unknown): Overload => ({ args: ['bigint', 'bigint'], result: 'bigint', call });
const doubles = (call: (a: number, b: number) => unknown): Overload => ({
  args: ['double precision', 'double precision'],
  result: 'double precision',
  call,
});
const intervals = (call: (a: Interval, b: Interval) => unknown): Overload => ({ args: ['interval', 'interval'], result: 'interval', call });

/** Forms with a time and an interval, for both types of time. */
const times = (args: 'time first' | 'interval first', call: (...values: never[]) => unknown): Overload[] =>
  (['timestamptz', 'timestamp'] as const).map((type) => ({
    args: args === 'time first' ? [type, 'interval'] : ['interval', type],
    result: type,
    call,
  }));
/** Makes a predicate on texts from a pattern. */
type Matcher = (pattern: string, escapedBy?: string) => (text: string) => boolean;
const pattern = (call: Matcher): Overload => ({
  args: ['text', 'text'],
  result: 'boolean',
  subject: 0,
  call,
});
const negated =
  (call: Matcher): Matcher =>
  (text, escapedBy) => {
    const matches = call(text, escapedBy);
    return (subject) => !matches(subject);
  };
const like =
  (fold: boolean): Matcher =>
  (text, escapedBy) =>
    likeMatcher(text, fold, escapedBy);
const regex =
  (flags: string): Matcher =>
  (text) =>
    regexTester(text, flags);
const withEscape = (overload: Overload): Overload[] => [overload, { ...overload, args: ['text', 'text', 'text'] }];

/** Binary operators except comparisons, in the order in which a quoted literal tries them. */
export const OPERATORS: Readonly<Record<string, readonly Overload[]>> = {
  '+': [
    ints(add),
    doubles(addNumbers),
    ...times('time first', addInterval),
    ...times('interval first', (span: Interval, time: number) => addInterval(time, span)),
    intervals(addIntervals),
  ],
  '-': [
    ints(subtract),
    doubles(subtractNumbers),
    { args: ['timestamptz', 'timestamptz'], result: 'interval', call: difference },
    { args: ['timestamp', 'timestamp'], result: 'interval', call: difference },
    ...times('time first', (time: number, span: Interval) => addInterval(time, negateInterval(span))),
    intervals((a, b) => addIntervals(a, negateInterval(b))),
  ],
  '*': [
    ints(multiply),
    doubles(multiplyNumbers),
    { args: ['interval', 'double precision'], result: 'interval', call: multiplyInterval },
    {
      args: ['double precision', 'interval'],
      result: 'interval',
      call: (factor: number, span: Interval) => multiplyInterval(span, factor),
    },
  ],
  '/': [ints(divide), doubles(divideNumbers), { args: ['interval', 'double precision'], result: 'interval', call: divideInterval }],
  '%': [ints(remainder), doubles(remainderOf)],
  '^': [doubles(power)],
  '&': [ints((a, b) => bits(a, b, (x, y) => x & y))],
  '|': [ints((a, b) => bits(a, b, (x, y) => x | y))],
  '#': [ints((a, b) => bits(a, b, (x, y) => x ^ y))],
  '<<': [ints((a, b) => bits(a, b, (x, y) => x << (y & 63n)))],
  '>>': [ints((a, b) => bits(a, b, (x, y) => x >> (y & 63n)))],
  '||': [
    { args: ['text', 'any'], result: 'text', call: concatenated },
    { args: ['any', 'text'], result: 'text', call: concatenated },
    { args: ['jsonb', 'jsonb'], result: 'jsonb', call: concatJson },
  ],
  '~~': withEscape(pattern(like(false))),
  '!~~': withEscape(pattern(negated(like(false)))),
  '~~*': withEscape(pattern(like(true))),
  '!~~*': withEscape(pattern(negated(like(true)))),
  '~': [pattern(regex(''))],
  '!~': [pattern(negated(regex('')))],
  '~*': [pattern(regex('i'))],
  '!~*': [pattern(negated(regex('i')))],
  '->': [
    { args: ['jsonb', 'text'], result: 'jsonb', nullable: true, call: member },
    { args: ['jsonb', 'bigint'], result: 'jsonb', nullable: true, call: member },
  ],
  '->>': [
    { args: ['jsonb', 'text'], result: 'text', nullable: true, call: memberText },
    { args: ['jsonb', 'bigint'], result: 'text', nullable: true, call: memberText },
  ],
  '#>': [{ args: ['jsonb', 'text'], result: 'jsonb', nullable: true, subject: 0, call: memberAt }],
  '#>>': [{ args: ['jsonb', 'text'], result: 'text', nullable: true, subject: 0, call: memberAtText }],
  '@>': [{ args: ['jsonb', 'jsonb'], result: 'boolean', call: containsJson }],
  '<@': [{ args: ['jsonb', 'jsonb'], result: 'boolean', call: (a: unknown, b: unknown) => containsJson(b, a) }],
  '?': [{ args: ['jsonb', 'text'], result: 'boolean', call: hasMember }],
};

/** Unary operators. */
export const PREFIX_OPERATORS: Readonly<Record<string, readonly Overload[]>> = {
  '-': [
    { args: ['bigint'], result: 'bigint', call: negate },
    { args: ['double precision'], result: 'double precision', call: (value: number) => 0 - value },
    { args: ['interval'], result: 'interval', call: negateInterval },
  ],
  '+': [
    { args: ['bigint'], result: 'bigint', call: (value: Int) => value },
    { args: ['double precision'], result: 'double precision', call: (value: number) => value },
  ],
  '@': [
    { args: ['bigint'], result: 'bigint', call: absolute },
    { args: ['double precision'], result: 'double precision', call: Math.abs },
  ],
  '~': [{ args: ['bigint'], result: 'bigint', call: (value: Int) => subtract(-1, value) }],
};

function bits(a: Int, b: Int, call: (a: bigint, b: bigint) => bigint): Int {
  return normalise(BigInt.asIntN(64, call(BigInt(a), BigInt(b))));
}
