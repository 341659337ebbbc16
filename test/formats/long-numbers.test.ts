import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longNumbers } from '../../lib/formats/json/long-numbers.ts';

const places = (text: string) => longNumbers(Buffer.from(text), 0, text.length);

describe('longNumbers', () => {
  it('finds numbers of 16 digits and more, and passes over text and fractions', () => {
    expect(places('{"a":9007199254740993}')).toEqual([5]);
    expect(places('[-9007199254740993, 123456789012345]')).toEqual([2]);
    expect(places('{"a":"9007199254740993","b":0.12345678901234567,"c":"x9007199254740993"}')).toEqual([]);
  });

  it('finds every one, wherever it stands', () => {
    const token = fc.oneof(fc.stringMatching(/^\d{1,40}$/), fc.constantFrom(',', ':', ' ', '"', '[', '-', '.', 'e', 'a', ',\n'));
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const text = tokens.join('');
        const expected = [...text.matchAll(/(?<!\d)\d{16,}/g)]
          .map(({ index }) => index)
          .filter((at) => at === 0 || /[\s:,[-]/.test(text[at - 1] as string));
        expect(places(text)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
