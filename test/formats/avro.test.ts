import { deflateSync } from 'node:zlib';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avro } from '../../lib/formats/avro.ts';
import { valuesOf } from './support.ts';

const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'amount', type: 'long' },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 } },
    { name: 'key', type: { type: 'fixed', name: 'Key', size: 2 } },
  ],
};
/** Written by avsc without its logical types. */
const written = avsc.Type.forSchema(ORDER as avsc.Schema);
const ID = '00112233-4455-6677-8899-aabbccddeeff';
const header = (compression: number) => Buffer.from(`03${compression.toString(16).padStart(2, '0')}${ID.replaceAll('-', '')}`, 'hex');

function order(amount = 5): Buffer {
  return written.toBuffer({ id: 'x', amount, note: 'hi', at: 1_767_225_600_123, price: Buffer.from([0xff, 0x38]), key: Buffer.from('ab') });
}
const ORDER_VALUE = { id: 'x', amount: 5, note: 'hi', at: '2026-01-01T00:00:00.123Z', price: '-2.00', key: 'YWI=' };

describe('avro', () => {
  it('reads a record, with the header of the Glue registry or without', () => {
    const format = avro(ORDER);
    expect(valuesOf(format, order())).toEqual([ORDER_VALUE]);
    expect(valuesOf(format, Buffer.concat([header(0), order()]))).toEqual([ORDER_VALUE]);
    expect(valuesOf(format, Buffer.concat([header(5), deflateSync(order())]))).toEqual([ORDER_VALUE]);
    expect(valuesOf(avro(JSON.stringify(ORDER)), order())).toEqual([ORDER_VALUE]);
  });

  it('does not round 64 bits', () => {
    const schema = { type: 'record', name: 'N', fields: [{ name: 'n', type: 'long' }] };
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
        // Zigzag, then seven bits a byte: https://avro.apache.org/docs/1.12.0/specification/#primitive-types
        let rest = BigInt.asUintN(64, (n << 1n) ^ (n >> 63n));
        const bytes: number[] = [];
        for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
        bytes.push(Number(rest));
        const expected = Number.isSafeInteger(Number(n)) ? Number(n) : n;
        expect(valuesOf(avro(schema), Buffer.from(bytes))).toEqual([{ n: expected }]);
      }),
    );
  });

  it('resolves what was written by another version', () => {
    const v2 = { ...ORDER, fields: [...ORDER.fields, { name: 'channel', type: 'string', default: 'web' }] };
    const format = avro(v2, { versions: { [ID]: ORDER } });
    expect(valuesOf(format, Buffer.concat([header(0), order()]))).toEqual([{ ...ORDER_VALUE, channel: 'web' }]);
    const unknown = Buffer.concat([Buffer.from(`0300${'11'.repeat(16)}`, 'hex'), order()]);
    expect(valuesOf(format, unknown)).toEqual([expect.stringContaining('11111111-1111-1111-1111-111111111111')]);
  });

  it('is dead when it is cut, goes on, or is something else', () => {
    const whole = order();
    for (let length = 1; length < whole.length; length++) {
      expect(valuesOf(avro(ORDER), whole.subarray(0, length))).toEqual([expect.stringMatching(/^dead: not Avro/)]);
    }
    expect(valuesOf(avro(ORDER), Buffer.concat([whole, Buffer.from([0])]))).toEqual([expect.stringMatching(/^dead: not Avro/)]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        const [value] = valuesOf(avro(ORDER), bytes);
        expect(typeof value === 'string' ? value : 'a value').toMatch(/^dead: not Avro|^a value$/);
      }),
    );
  });

  /** A record of an array or a map that says it has so many elements, and ends. */
  const claims = (count: number, size?: number) => {
    const varint = (n: bigint): number[] => (n < 128n ? [Number(n)] : [Number(n % 128n) | 128, ...varint(n / 128n)]);
    const zigzag = (n: number) => varint(n < 0 ? BigInt(-n) * 2n - 1n : BigInt(n) * 2n);
    return Buffer.from([...zigzag(count), ...(size === undefined ? [] : zigzag(size))]);
  };
  const holding = (type: unknown) => ({ type: 'record', name: 'Holder', fields: [{ name: 'all', type }] });

  describe.each(['int', 'null', 'string', 'double', { type: 'record', name: 'Empty', fields: [] }, ['null', 'int']])(
    'of elements %j',
    (one) => {
      it.each([
        ['an array', { type: 'array', items: one }],
        ['a map', { type: 'map', values: one }],
        ['arrays in an array', { type: 'array', items: { type: 'array', items: one } }],
      ])('takes no memory for what %s only says it has', (_, type) => {
        const skipping = avro(
          { type: 'record', name: 'Holder', fields: [{ name: 'other', type: 'int', default: 0 }] },
          { versions: { [ID]: holding(type) } },
        );
        for (const bytes of [claims(1e12), claims(-1e12, -20), Buffer.concat([claims(1), claims(1e12)])]) {
          expect(valuesOf(avro(holding(type)), bytes)).toEqual([expect.stringMatching(/^dead: not Avro/)]);
          expect(valuesOf(skipping, Buffer.concat([header(0), bytes]))).toEqual([expect.stringMatching(/^dead: not Avro/)]);
        }
      });
    },
  );

  it('reads elements in blocks with their sizes, elements without bytes, and keys of any name', () => {
    const nulls = { type: 'array', items: 'null' };
    expect(valuesOf(avro(holding(nulls)), Buffer.from([6, 0]))).toEqual([{ all: [null, null, null] }]);
    const ints = { type: 'array', items: 'int' };
    expect(valuesOf(avro(holding(ints)), Buffer.from([3, 4, 2, 4, 2, 6, 0]))).toEqual([{ all: [1, 2, 3] }]);
    const map = avsc.Type.forSchema(holding({ type: 'map', values: 'int' }) as avsc.Schema);
    const key = map.toBuffer({ all: { aaaaaaaaa: 4, b: 5 } });
    key.write('__proto__', key.indexOf('aaaaaaaaa'));
    const [value] = valuesOf(avro(holding({ type: 'map', values: 'int' })), key);
    expect(JSON.stringify(value)).toBe('{"all":{"__proto__":4,"b":5}}');
  });

  it('refuses a schema that is none', () => {
    expect(() => avro('{')).toThrow(RangeError);
    expect(() => avro({ type: 'nothing' })).toThrow(RangeError);
    expect(() => avro(ORDER, { versions: { [ID]: { type: 'record', name: 'Order', fields: [] } } })).toThrow(/version 00112233/);
  });
});
