import { createHash } from 'node:crypto';

/** A user record: what one call of a producer puts, before aggregation. */
export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];

/**
 * Aggregates user records like producers do.
 *
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
export function packRecords(records: readonly UserRecord[]): Uint8Array {
  const keys = [...new Set(records.map(({ partitionKey }) => partitionKey))];
  const message = Buffer.concat([
    ...keys.map((key) => bytesField(1, Buffer.from(key))),
    ...records.map(({ partitionKey, data }) =>
      bytesField(3, Buffer.concat([Buffer.from([8, ...varint(keys.indexOf(partitionKey))]), bytesField(3, data)])),
    ),
  ]);
  return Buffer.concat([Buffer.from(MAGIC), message, createHash('md5').update(message).digest()]);
}

function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2, ...varint(bytes.length)]), bytes]);
}

function varint(n: number): number[] {
  return n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))];
}
