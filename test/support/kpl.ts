import { createHash } from 'node:crypto';

/** Protobuf by hand: AggregatedRecord of the KPL's aggregation format. */
export function aggregate(
  partitionKeys: readonly string[],
  explicitHashKeys: readonly string[],
  records: readonly { key: number; hash?: number; data: Uint8Array | string }[],
): Buffer {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
  const field = (number: number, bytes: Uint8Array | string) => {
    const body = Buffer.from(bytes);
    return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(body.length)]), body]);
  };
  const message = Buffer.concat([
    ...partitionKeys.map((key) => field(1, key)),
    ...explicitHashKeys.map((key) => field(2, key)),
    ...records.map(({ key, hash, data }) =>
      field(
        3,
        Buffer.concat([
          Buffer.from([8, ...varint(key)]),
          Buffer.from(hash === undefined ? [] : [16, ...varint(hash)]),
          field(3, data),
          // A tag, which is not read: field 4 with a text as its field 1.
          field(4, field(1, 'tag')),
        ]),
      ),
    ),
  ]);
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, createHash('md5').update(message).digest()]);
}
