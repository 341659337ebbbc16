import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/formats/csv.ts';
import { notUtf8 } from '../../lib/formats/encoding.ts';
import { NDJSON } from '../../lib/formats/ndjson.ts';
import { valuesOf } from './support.ts';

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('encodings', () => {
  it.each([
    ['UTF-16 with a byte order mark', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 big endian with one', utf16be('\ufeff{"a":1}'), 'UTF-16'],
    ['UTF-16 without', Buffer.from('{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 big endian without', utf16be('{"a":1}'), 'UTF-16'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), 'UTF-32'],
    ['ISO 8859-1', Buffer.from('{"a":"é"}', 'latin1'), 'byte 6 is 0xe9, as it may be in ISO 8859-1'],
    ['Zstandard', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04]), 'Zstandard'],
  ])('names %s', (_, payload, expected) => {
    for (const format of [undefined, NDJSON, csv({ columns: ['a'] })]) {
      expect(valuesOf(format, payload)[0]).toContain(expected);
    }
  });

  it('drops the byte order mark of UTF-8 in every format', () => {
    expect(valuesOf(undefined, '\ufeff{"a":1}')).toEqual([{ a: 1 }]);
    expect(valuesOf(NDJSON, '\ufeff{"a":1}\n{"a":2}')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(valuesOf(csv({ header: true }), '\ufeffa\n1')).toEqual([{ a: '1' }]);
  });

  it('tells the first byte that is wrong', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(0xff, 0xc0, 0xf8), fc.string(), (before, byte, after) => {
        const start = Buffer.from(before.toWellFormed());
        fc.pre(!start.includes(0) && start.length > 1);
        const payload = Buffer.concat([start, Buffer.from([byte]), Buffer.from(after)]);
        expect(isUtf8(payload)).toBe(false);
        expect(notUtf8(payload)).toContain(`byte ${start.length} is 0x${byte.toString(16)}`);
      }),
    );
  });
});
