import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { protobuf } from '../../lib/formats/protobuf.ts';
import { valuesOf } from './support.ts';

const PROTO = `syntax = "proto3";
import "google/protobuf/timestamp.proto";
package shop;
enum Kind { VIEW = 0; BUY = 1; }
message Click {
  string page_name = 1;
  int64 n = 2;
  Kind kind = 3;
  bytes key = 4;
  google.protobuf.Timestamp at = 5;
  optional string note = 6;
  repeated uint64 many = 7;
  map<string, int64> by = 8;
}`;
const format = protobuf({ schema: PROTO, message: 'shop.Click' });

/** By hand: https://protobuf.dev/programming-guides/encoding/ */
const field = (number: number, bytes: Uint8Array | string) =>
  Buffer.from([number * 8 + 2, Buffer.byteLength(bytes), ...Buffer.from(bytes)]);
// 2^53 + 1 in base 128: 0x81, six times 0x80, 0x10.
const LARGE = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
const message = Buffer.concat([
  field(1, '/a'),
  Buffer.from([0x10, ...LARGE, 0x18, 1]),
  field(4, 'ab'),
  // 150 is 0x96 0x01; five million nanoseconds 0xc0 0x96 0xb1 0x02.
  field(5, Buffer.from([0x08, 0x96, 0x01, 0x10, 0xc0, 0x96, 0xb1, 0x02])),
  field(7, Buffer.from([1, 0x96, 0x01])),
  field(8, Buffer.concat([field(1, 'x'), Buffer.from([0x10, 7])])),
]);
const VALUE = {
  page_name: '/a',
  n: 9007199254740993n,
  kind: 'BUY',
  key: 'YWI=',
  at: '1970-01-01T00:02:30.005Z',
  many: [1, 150],
  by: { x: 7 },
};

describe('protobuf', () => {
  it('reads a message, with the header of the Glue registry and its message index or without', () => {
    expect(valuesOf(format, message)).toEqual([VALUE]);
    const header = Buffer.from(`0300${'11'.repeat(16)}`, 'hex');
    for (const index of [[0], [0x96, 0x01]])
      expect(valuesOf(format, Buffer.concat([header, Buffer.from(index), message]))).toEqual([VALUE]);
  });

  it('has defaults where nothing was set', () => {
    expect(valuesOf(format, field(1, '/b'))).toEqual([{ page_name: '/b', n: 0, kind: 'VIEW', key: '', at: null, many: [], by: {} }]);
  });

  it('is dead when it is cut within a field', () => {
    expect(valuesOf(format, message.subarray(0, 3))).toEqual([expect.stringMatching(/^dead: not protobuf/)]);
  });

  it('changes nothing of the library that others in the process use', () => {
    const { wrappers } = createRequire(import.meta.url)('protobufjs') as { wrappers: object };
    expect(Object.keys(wrappers)).toEqual(['.google.protobuf.Any']);
  });

  it('refuses a schema that is none, or lacks the message', () => {
    expect(() => protobuf({ schema: 'message {', message: 'A' })).toThrow(/not a valid \.proto file/);
    expect(() => protobuf({ schema: PROTO, message: 'shop.Order' })).toThrow(/no message "shop.Order"/);
    expect(() => protobuf({ schema: 'syntax = "proto3"; import "other.proto"; message A {}', message: 'A' })).toThrow(/other\.proto/);
  });
});
