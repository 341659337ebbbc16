import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, formatPlainJson, parseJson } from '../../lib/core/json.ts';

describe('JSON without rounding', () => {
  it.each<[string, unknown]>([
    ['{"id":9007199254740993}', { id: 2n ** 53n + 1n }],
    ['[-9223372036854775808]', [-(2n ** 63n)]],
    ['{"id":9007199254740991}', { id: 2 ** 53 - 1 }],
    ['{"id":"9007199254740993"}', { id: '9007199254740993' }],
    ['[9007199254740993.0,1e300,0.12345678901234566]', [2 ** 53, 1e300, 0.12345678901234566]],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it('comes back as it was written', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.bigInt({ min: 2n ** 53n }),
      fc.integer(),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            leaf,
            fc.dictionary(
              fc.string().filter((key) => key !== '__proto__'),
              leaf,
            ),
          ),
        ),
        (value) => {
          expect(parseJson(formatJson(value))).toEqual(value.map((each) => (typeof each === 'object' ? { ...each } : each)));
        },
      ),
    );
  });

  it('goes out as text where a reader with doubles would round, and as null where there is nothing', () => {
    expect(formatPlainJson({ total: 2n ** 53n + 1n, mean: undefined, n: 1 })).toBe('{"total":"9007199254740993","mean":null,"n":1}');
  });
});
