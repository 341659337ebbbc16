import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Least } from '../../../lib/runtime/read/least.ts';

it('gives what sorting all and taking the first gives, however many there are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 5000, size: 'max' }),
      fc.integer({ min: 1, max: 50 }),
      (values, limit) => {
        const compare = (a: number, b: number) => b - a;
        const least = new Least(compare, limit);
        for (const value of values) least.add(value);
        expect(least.sorted()).toEqual(values.toSorted(compare).slice(0, limit));
      },
    ),
  );
});
