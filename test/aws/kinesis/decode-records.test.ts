import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as kinesisAggregation from 'aws-kinesis-agg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodeOptions, decodeRecords } from '../../../lib/aws/kinesis/decode-records.ts';
import { MOST_INFLATED } from '../../../lib/formats/decode-payload.ts';
import type { DecodedPart } from '../../../lib/runtime/decoded-record.ts';
import { aggregate } from '../../support/kpl.ts';
import { kinesisRecord } from './records.ts';

function partsOf(payloads: readonly (Uint8Array | string)[], options?: DecodeOptions): (readonly DecodedPart[])[] {
  return decodeRecords(
    payloads.map((payload) => kinesisRecord(payload)),
    options,
  ).map(({ parts }) => parts);
}

/** A record's values, or 'dead' for each part that has none. */
function outline(parts: readonly DecodedPart[]): unknown[] {
  return parts.map((part) => ('reason' in part ? 'dead' : part.value));
}

function holdsLoneSurrogate(value: unknown): boolean {
  let found = false;
  JSON.stringify(value, (name, member) => {
    found ||= /\p{Surrogate}/u.test(name) || (typeof member === 'string' && /\p{Surrogate}/u.test(member));
    return typeof member === 'bigint' ? 0 : member;
  });
  return found;
}

/** Whole numbers as they are written, whatever their size. */
function exact(_: string, value: unknown, context?: { source?: string }): unknown {
  const whole = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '');
  return whole ? BigInt(context?.source as string) : value;
}

/** What the record means, by parsing it alone. */
function oracle(payload: Uint8Array): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload), exact);
  } catch {
    return ['dead'];
  }
  return (Array.isArray(value) ? value : [value]).map((element) => (holdsLoneSurrogate(element) ? 'dead' : element));
}

describe('decodeRecords', () => {
  it('keeps sequence number, arrival in milliseconds, bytes', () => {
    const [record] = decodeRecords([kinesisRecord('{"a":1}', { sequence: '7', arrival: 1_767_225_600_123 })]);
    expect(record).toMatchObject({ sequence: '7', arrival: 1_767_225_600_123, parts: [{ value: { a: 1 } }] });
    expect(Buffer.from(record?.bytes() as Uint8Array).toString()).toBe('{"a":1}');
  });

  it('gives nothing for an empty batch', () => {
    expect(decodeRecords([])).toEqual([]);
  });

  it.each([
    ['an array', '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['an empty array', '[]', []],
    ['space around', ' {"a":1}\n', [{ a: 1 }]],
    ['no object', '5', [5]],
    [
      'whole numbers that doubles would round',
      '{"a":9007199254740993,"b":[-9223372036854775808]}',
      [{ a: 2n ** 53n + 1n, b: [-(2n ** 63n)] }],
    ],
    [
      'other long numbers',
      '{"a":"9007199254740993","b":9007199254740993.0,"c":0.12345678901234566}',
      [{ a: '9007199254740993', b: 9007199254740992, c: 0.12345678901234566 }],
    ],
    ['text beyond ASCII', '{"a":"żółw 🐢"}', [{ a: 'żółw 🐢' }]],
    ['an escaped pair', '{"a":"\\ud83d\\ude00"}', [{ a: '😀' }]],
    ['an escaped backslash before ud800', '{"a":"\\\\ud800"}', [{ a: '\\ud800' }]],
    ['a lone surrogate in a value', '{"a":["\\ud800"]}', ['dead']],
    ['a lone surrogate in a name, upper case', '{"b":{"\\uDC00":1}}', ['dead']],
    ['a lone surrogate in one element', '[{"a":"\\ud800"},{"a":1}]', ['dead', { a: 1 }]],
    ['the mark', '{"a":"\\u0001"}', [{ a: '\u0001' }]],
    ['no JSON', 'hello', ['dead']],
    ['two values', '{"a":1}{"a":2}', ['dead']],
    ['lines of JSON', '{"a":1}\n{"a":2}', ['dead']],
    ['values and a comma', '{"a":1},{"a":2}', ['dead']],
    ['nothing', '', ['dead']],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), ['dead']],
    ['half a character', Buffer.from('{"a":"é"}').subarray(0, 7), ['dead']],
    ['a byte order mark', '\ufeff{"a":1}', [{ a: 1 }]],
    ['a number beyond doubles', '{"a":1e999}', [{ a: Number.POSITIVE_INFINITY }]],
  ] as [string, string | Uint8Array, unknown[]][])('%s: alone, and among good records', (_, payload, expected) => {
    const good = '{"g":1}';
    expect(outline(partsOf([payload])[0] as DecodedPart[])).toEqual(expected);
    expect(partsOf([good, payload, good]).map(outline)).toEqual([[{ g: 1 }], expected, [{ g: 1 }]]);
  });

  it('keeps __proto__ as an own property', () => {
    const payload = '{"__proto__":{"admin":true},"a":{"__proto__":1}}';
    for (const parts of partsOf([payload, payload])) {
      const { value } = parts[0] as { value: Record<string, unknown> };
      expect(Object.keys(value)).toEqual(['__proto__', 'a']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  it.each([
    ['[1', '2]'],
    ['{"a":1', '"b":2}'],
    ['"x', 'y"'],
    ['"x\\', '"y"'],
    ['{"a":"}', '{":1}', '{},{}'],
    ['{"a":[{}', '{}]}', '{},{}'],
    ['{"a":{"b":1}', '{"c":2}}', '{},{}'],
    ['{"a":1', '"c":2}', '{},{}'],
    ['1', '[2', '3]'],
    ['{"a":[1', '2]},"\\u0001",3', '4'],
    ['{"a":[1', '2]},"\u0001",3', '4'],
    ['{}],[{}', '{}'],
    ['1', '2,3,4'],
    ['{"a":1},', '{"a":2}'],
    ['{"a":1}//', '{"a":2}'],
  ])('fragments that fit together are dead on their own: %s', (...payloads) => {
    expect(partsOf(payloads).map(outline)).toEqual(payloads.map((p) => oracle(Buffer.from(p))));
  });

  it('is parsing each, whatever the fragments', () => {
    const fragment = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"', '\\', '\n', ' ', '1', '-', 'e', '0', 'true', 'null', '{"a":', '"b"', '{}', '[]', '},{', '],['],
      ...['\\u0001', '"\\u0001"', ',"\\u0001",', '\\ud800', '\\u', '\u0001', '\ufeff', 'é', '🐢', '{"a":[', '{"a":1}', '{"__proto__":1}'],
      ...['{"a":[{}', '{}]}', '{},{}', '{"a":"}', '{":1}', '2]},"\\u0001",3'],
    );
    const text = fc.array(fragment, { minLength: 1, maxLength: 4 }).map((parts) => new Uint8Array(Buffer.from(parts.join(''))));
    const json = fc.json({ maxDepth: 2 }).map((valid) => new Uint8Array(Buffer.from(valid)));
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 });
    const payload = fc.oneof({ weight: 6, arbitrary: text }, { weight: 2, arbitrary: json }, { weight: 1, arbitrary: bytes });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 6 }), (payloads) => {
        fc.pre(payloads.every((p) => !(p[0] === 0x1f && p[1] === 0x8b)));
        expect(partsOf(payloads).map(outline)).toEqual(payloads.map(oracle));
      }),
      { numRuns: 20_000 },
    );
  });

  it('finds every cut of valid records at any two places', () => {
    const stream = '{"a":"}{"},{"b":[{"c":1},{"d":2}]},{"e":"\\u0001"},[1,2]';
    for (let i = 1; i < stream.length; i++) {
      for (let j = i + 1; j < stream.length; j++) {
        const payloads = [stream.slice(0, i), stream.slice(i, j), stream.slice(j)];
        expect(partsOf(payloads).map(outline)).toEqual(payloads.map((p) => oracle(Buffer.from(p))));
        // Cut at a comma, which the separator then replaces.
        const trimmed = payloads.map((p) => p.replace(/^,|,$/g, '') || '0');
        expect(partsOf(trimmed).map(outline)).toEqual(trimmed.map((p) => oracle(Buffer.from(p))));
      }
    }
  });

  it('takes a megabyte of brackets', () => {
    const deep = `{"a":"\\ud83d\\ude00","b":${'['.repeat(500_000)}${']'.repeat(500_000)}}`;
    expect(partsOf([deep, '{"g":1}']).map((parts) => parts.length)).toEqual([1, 1]);
    expect(outline(partsOf(['['.repeat(1_000_000)])[0] as DecodedPart[])).toEqual(['dead']);
  });

  it('gives each part’s own bytes, as they were written', () => {
    const written = ['1.0', '{"a":"],\\"","b":[{}, 2]}', '[]', '"\\ud800"', '9007199254740993', '1e999', '"\\\\"', '{"é":"🐢"}'];
    for (const [space, pack] of [
      ['', Buffer.from],
      [' \n\t\r', Buffer.from],
      ['', gzipSync],
    ] as const) {
      const array = `${space}[${written.map((element) => space + element + space).join(',')}]${space}`;
      const [record] = decodeRecords([kinesisRecord(new Uint8Array(pack(array))), kinesisRecord('{"g":1}')]);
      expect(record?.parts).toHaveLength(written.length);
      expect(written.map((_, part) => Buffer.from(record?.partBytes(part) as Uint8Array).toString())).toEqual(written);
      expect(record?.parts[3]).toMatchObject({ bytes: new Uint8Array(Buffer.from('"\\ud800"')) });
    }
  });

  it('gives bytes which are the element’s text, whatever the elements', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 2 }), (elements) => {
        const [record] = decodeRecords([kinesisRecord(`[${elements.join(', ')}]`)]);
        const own = elements.map((_, part) => Buffer.from(record?.partBytes(part) as Uint8Array).toString());
        expect(own).toEqual(elements.map((text) => text.trim()));
      }),
    );
  });

  it('gives bytes that no other record shares', () => {
    const records = decodeRecords([kinesisRecord('{"a":1}'), kinesisRecord('{"a":2}')]);
    records[0]?.bytes().fill(0);
    expect(Buffer.from(records[1]?.bytes() as Uint8Array).toString()).toBe('{"a":2}');
    expect(records[0]?.parts).toEqual([{ value: { a: 1 } }]);
  });
});

describe('gzip', () => {
  it('is decompressed, with the record as its bytes', () => {
    const payload = gzipSync('[{"a":1},{"a":"\\ud800"}]');
    const [record] = decodeRecords([kinesisRecord(payload), kinesisRecord('{"g":1}')]);
    expect(outline(record?.parts as DecodedPart[])).toEqual([{ a: 1 }, 'dead']);
    expect(Buffer.from(record?.bytes() as Uint8Array)).toEqual(payload);
  });

  it('is a dead letter when it inflates to too much, is cut, or is none', () => {
    const bomb = gzipSync(Buffer.alloc(MOST_INFLATED + 1, 0x20));
    const most = gzipSync(`${' '.repeat(MOST_INFLATED - 2)}{}`);
    const cut = gzipSync('{"a":1}').subarray(0, -4);
    const parts = partsOf([bomb, '{"g":1}', most, cut, Buffer.from([0x1f, 0x8b]), gzipSync('{'), gzipSync('')]);
    expect(parts.map(outline)).toEqual([['dead'], [{ g: 1 }], [{}], ['dead'], ['dead'], ['dead'], ['dead']]);
    expect(parts[0]?.[0]).toMatchObject({ reason: expect.stringContaining('gzip bomb'), bytes: new Uint8Array(bomb) });
  });
});

describe('records aggregated by the KPL', () => {
  // MD5 of "a" is 0cc175b9c0f1b6a831c399e269772661, of "b" 92eb5ffee6ae2fec3ad71c777531578f (RFC 1321 and `md5sum`).
  const lower = { start: 0n, end: 2n ** 127n - 1n };
  const upper = { start: 2n ** 127n, end: 2n ** 128n - 1n };
  const kpl = { aggregation: 'kpl' } as const;

  it('gives the user records in order', () => {
    const record = aggregate(
      ['a', 'b'],
      [],
      [
        { key: 1, data: '{"n":1}' },
        { key: 0, data: '[{"n":2},{"n":3}]' },
        { key: 0, data: 'x' },
        { key: 0, data: gzipSync('{"n":4}') },
        { key: 0, data: '' },
      ],
    );
    const [parts, plain] = partsOf([record, '{"plain":1}'], kpl);
    expect(outline(parts as DecodedPart[])).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, 'dead', { n: 4 }, 'dead']);
    expect(parts?.[3]).toMatchObject({ bytes: new Uint8Array(Buffer.from('x')) });
    const [decoded] = decodeRecords([kinesisRecord(record)], kpl);
    const own = [0, 1, 2, 3, 4, 5].map((part) => Buffer.from(decoded?.partBytes(part) as Uint8Array));
    expect(own.map(String)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}', 'x', String(gzipSync('{"n":4}')), '']);
    expect(outline(plain as DecodedPart[])).toEqual([{ plain: 1 }]);
  });

  describe('made by the library itself, which puts it under the partition key "a"', () => {
    const b = { key: 0, data: '{"k":"b"}' };
    const c = { key: 1, data: '{"k":"c"}' };
    // MD5 of "c" is 4a8a08f09d37b73795649038408b5f33.
    const read = (record: Uint8Array, hashRange: typeof lower, partitionKey = 'a') => {
      const [decoded] = decodeRecords([kinesisRecord(record, { partitionKey })], { ...kpl, hashRange });
      return [outline(decoded?.parts ?? []), decoded?.elsewhere ?? 0];
    };

    it('leaves out the user records that come again, by partition key or explicit hash key, and says how many', () => {
      const both = aggregate(['b', 'c'], [], [b, c, c]);
      expect(read(both, lower)).toEqual([[{ k: 'c' }, { k: 'c' }], 1]);
      expect(read(both, upper)).toEqual([[{ k: 'b' }], 2]);
      const explicit = aggregate(
        ['b', 'c'],
        [String(2n ** 127n - 1n), String(2n ** 127n)],
        [
          { ...b, hash: 0 },
          { ...c, hash: 1 },
        ],
      );
      expect(read(explicit, lower)).toEqual([[{ k: 'b' }], 1]);
      expect(read(explicit, upper)).toEqual([[{ k: 'c' }], 1]);
    });

    it('counts each user record once in the two children of a split, when the library puts again what is not theirs', () => {
      const keys = fc.array(fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }), { minLength: 2, maxLength: 20 });
      fc.assert(
        fc.property(keys, fc.bigInt({ min: 0n, max: 2n ** 128n - 2n }), (names, middle) => {
          fc.pre(names[0] !== 'a');
          const children = [
            { start: 0n, end: middle },
            { start: middle + 1n, end: 2n ** 128n - 1n },
          ];
          const hash = (name: string) => BigInt(`0x${createHash('md5').update(name).digest('hex')}`);
          const pack = (all: readonly { name: string; n: number }[]) =>
            aggregate(
              all.map(({ name }) => name),
              [],
              all.map(({ n }, key) => ({ key, data: JSON.stringify({ n }) })),
            );
          const all = names.map((name, n) => ({ name, n }));
          // The library put all of them as one record, which landed by the first one's hash key; then the rest, into the other child.
          const landed = children.find(({ end }) => hash(names[0] as string) <= end) as typeof lower;
          const rest = all.filter(({ name }) => hash(name) < landed.start || hash(name) > landed.end);
          const other = children.find((child) => child !== landed) as typeof lower;
          const [first, left] = read(pack(all), landed);
          const [second] = rest.length === 0 ? [[]] : read(pack(rest), other, rest.length === 1 ? (rest[0]?.name as string) : 'a');
          expect(left).toBe(rest.length);
          expect([...(first as { n: number }[]), ...(second as { n: number }[])].map(({ n }) => n).sort((x, y) => x - y)).toEqual(
            names.map((_, n) => n),
          );
        }),
      );
    });

    it('is a dead letter where its first key is "a" too, since that may be another producer', () => {
      const a = { key: 0, data: '{"k":"a"}' };
      const record = aggregate(['a', 'b'], [], [a, { key: 1, data: '{"k":"b"}' }]);
      expect(read(record, lower)).toEqual([[{ k: 'a' }, 'dead'], 0]);
      const [decoded] = decodeRecords([kinesisRecord(record, { partitionKey: 'a' })], { ...kpl, hashRange: lower });
      expect(decoded?.parts[1]).toEqual({
        reason: expect.stringContaining('it is unknown whether'),
        bytes: new Uint8Array(Buffer.from('{"k":"b"}')),
      });
    });
  });

  it('counts every user record of aws-kinesis-agg, which puts keys of any shard together and none again', async () => {
    const users = Array.from({ length: 130 }, (_, n) => ({ partitionKey: `user-${n}`, data: JSON.stringify({ n }) }));
    const put: { partitionKey: string; data: Buffer }[] = [];
    await new Promise<void>((resolve, reject) => {
      kinesisAggregation.aggregate(
        users,
        (record, done) => {
          put.push(record);
          done();
        },
        resolve,
        reject,
      );
    });
    expect(put.length).toBeGreaterThan(0);
    // Whichever shard takes it.
    for (const hashRange of [lower, upper]) {
      const records = put.map(({ partitionKey, data }) => kinesisRecord(data, { partitionKey }));
      const counted = decodeRecords(records, { ...kpl, hashRange }).flatMap(({ parts }) => outline(parts));
      expect(counted).toEqual(users.map((_, n) => ({ n })));
    }
  });

  it('is a dead letter when it is damaged in any byte', () => {
    const record = aggregate(['a'], [], [{ key: 0, data: '{"n":1}' }]);
    for (let i = 0; i < record.length; i++) {
      const damaged = Buffer.from(record);
      damaged[i] = (damaged[i] as number) ^ 0x10;
      expect(outline(partsOf([damaged], kpl)[0] as DecodedPart[])).toEqual(['dead']);
      expect(outline(partsOf([record.subarray(0, i)], kpl)[0] as DecodedPart[])).toEqual(['dead']);
    }
  });

  it('is a dead letter when its protobuf is no AggregatedRecord, though its MD5 is right', () => {
    const messages = fc.uint8Array({ maxLength: 30 });
    fc.assert(
      fc.property(messages, (message) => {
        const record = Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, createHash('md5').update(message).digest()]);
        for (const part of partsOf([record], { ...kpl, hashRange: lower })[0] ?? []) expect(part).toHaveProperty('reason');
      }),
      { numRuns: 2000 },
    );
    const noSuchKey = aggregate(['a'], [], [{ key: 5, data: '{}' }]);
    expect(partsOf([noSuchKey], { ...kpl, hashRange: lower })[0]?.[0]).toMatchObject({ reason: expect.stringContaining('partition key') });
  });

  it('says so when the stream is not declared that way', () => {
    const [parts] = partsOf([aggregate(['a'], [], [{ key: 0, data: '{"n":1}' }])]);
    expect(parts?.[0]).toMatchObject({ reason: expect.stringContaining("aggregation: 'kpl'") });
  });
});
