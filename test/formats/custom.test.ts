import { describe, expect, it } from 'vitest';
import { customFormat } from '../../lib/formats/custom.ts';
import { valuesOf } from './support.ts';

describe("a user's own format", () => {
  const given = (...values: unknown[]) => valuesOf(customFormat({ decode: () => values }), 'x');

  it('gives what JSON can hold', () => {
    expect(given({ at: new Date(0), n: 2n ** 60n, s: 'é' }, 1)).toEqual([{ at: '1970-01-01T00:00:00.000Z', n: 2n ** 60n, s: 'é' }, 1]);
  });

  it('is dead by value for what it cannot, and as a whole for what it throws', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const deep = JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`);
    expect(given(circle, () => 1, { s: '\ud800' }, deep, { a: 1 })).toEqual([...Array(4).fill(expect.stringMatching(/^dead: /)), { a: 1 }]);
    const thrown = customFormat({
      decode() {
        throw new Error('no such version');
      },
    });
    expect(valuesOf(thrown, 'x')).toEqual(['dead: decode failed: no such version']);
    expect(valuesOf(customFormat({ decode: () => 7 as never }), 'x')).toEqual(['dead: decode gave no array of values']);
  });

  it('is given the bytes as they are, compressed or not, and cannot change what is kept', () => {
    const payload = Buffer.from([0x1f, 0x8b, 1, 2]);
    const format = customFormat({
      decode: (bytes) => {
        const values = [[...bytes]];
        bytes.fill(0);
        return values.map((list) => ({ list }));
      },
    });
    const decoded = format.decode(payload);
    expect(decoded.parts).toEqual([{ value: { list: [0x1f, 0x8b, 1, 2] } }]);
    expect(decoded.own(0)).toEqual(Buffer.from([0x1f, 0x8b, 1, 2]));
  });
});
