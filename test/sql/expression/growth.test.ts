// Patterns and texts made to take long: how the number of steps grows with the text tells. What V8 does in functions of its own is not
// counted; of that, texts of millions of characters tell: what grows with their square comes to no end.
import { expect, it } from 'vitest';
import { jsonLines } from '../../support/json-lines.ts';

interface Counted {
  readonly name: string;
  readonly short: number;
  readonly fourTimes: number;
}

const counter = new URL('../../support/count-steps.ts', import.meta.url).href;
const counted = await jsonLines<Counted>('./growth-cases.ts', import.meta.url, '--import', counter);

/** A pattern that is as long as the text: the product of their lengths. */
const SQUARE = 'LIKE as long as the text';

it('counts steps: where every character is looked at, there are as many', () => {
  const { short } = counted.find(({ name }) => name === 'count a+b?') as Counted;
  expect(short).toBeGreaterThan(2000 * 'ab '.length);
});

it.each(counted.filter(({ name }) => name !== SQUARE))('$name takes steps by the length of the text', ({ short, fourTimes }) => {
  expect(fourTimes).toBeLessThan(5 * short);
});

it('a pattern as long as the text takes no more than the product of their lengths', () => {
  const { short, fourTimes } = counted.find(({ name }) => name === SQUARE) as Counted;
  expect(fourTimes).toBeLessThan(17 * short);
});

it.each(counted.filter(({ name }) => name.startsWith('large ')))('$name is refused, or is soon made', ({ short }) => {
  expect(short).toBeLessThan(2_000_000);
});
