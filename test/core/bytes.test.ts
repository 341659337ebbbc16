import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../lib/core/bytes.ts';

const write = (f: (out: ByteWriter) => void) => {
  const out = new ByteWriter(1);
  f(out);
  return out.finish();
};

describe('bytes', () => {
  it('give back every number', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.maxSafeInteger(), fc.integer())), (numbers) => {
        const input = new ByteReader(
          write((out) => {
            for (const n of numbers) out.number(n);
          }),
          'numbers',
        );
        expect(numbers.map(() => input.number())).toEqual(numbers);
        input.end();
      }),
    );
  });

  it('give back well-formed text of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(
          new ByteReader(
            write((out) => out.text(text)),
            'text',
          ).text(),
        ).toBe(text);
      }),
    );
  });

  it.each([-1, 1, 0, -(2 ** 52), 2 ** 52 - 1])('give back the signed integer %d', (n) => {
    expect(
      new ByteReader(
        write((out) => out.varint(n)),
        'n',
      ).varint(),
    ).toBe(n);
  });

  it('are refused when cut, naming the item', () => {
    const whole = write((out) => {
      out.text('a'.repeat(200));
      out.double(1.5);
    });
    for (let size = 0; size < whole.length; size++) {
      const input = new ByteReader(whole.subarray(0, size), 'entry 7 of clicks');
      expect(() => {
        input.text();
        input.double();
      }).toThrow(/entry 7 of clicks is corrupt/);
    }
  });

  it('cannot announce more than they hold', () => {
    expect(() =>
      new ByteReader(
        write((out) => out.varuint(2 ** 40)),
        'x',
      ).count(),
    ).toThrow(/declares/);
  });
});
