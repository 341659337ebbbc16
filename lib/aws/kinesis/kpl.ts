import { createHash } from 'node:crypto';
import type { HashRange } from '../../runtime/shard-source.ts';

/** How an aggregated record begins. */
export const KPL_MAGIC: readonly number[] = [0xf3, 0x89, 0x9a, 0xc2];
const DIGEST_BYTES = 16;

/** Where an aggregated record was read. */
export interface AggregatedFrom {
  /** hash keys of the shard; without, nothing is left out */
  readonly range: HashRange | undefined;
  /** the record's own partition key */
  readonly partitionKey: string;
}

/** A user record's payload and partition key, and why it is dead if it is. */
export interface UserPayload {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly reason?: string;
}

/** What an aggregated record holds, or why it cannot be read. */
export type Deaggregated =
  | {
      /** user records, in order, without those that come again */
      readonly payloads: readonly UserPayload[];
      /** how many user records were left out, as their producer puts them again */
      readonly elsewhere: number;
    }
  | { readonly reason: string };

/**
 * Splits an aggregated record of the Kinesis Producer Library's format into its user records: the magic number, a protobuf
 * message `AggregatedRecord`, its MD5.
 *
 * A user record can hash outside the shard it was read from. The producer decides what that means:
 * - The library itself aggregates by shard, under the partition key `a` and a hash key of the first user record. A user record that a reshard
 *   moved to another shard is put again, and only that one (`succeed_if_correct_shard` in its `retrier.cc`): it is left out.
 * - Other producers (`kinesis-aggregation`, `aws-kinesis-agg`, Go's `kinesis-producer`) aggregate any keys under the partition key of
 *   the first one, and do not put again: all user records count.
 * - If the key of the first one is `a`, the two cannot be distinguished: a user record outside the shard is dead, with that reason.
 *
 * @param record the record, its magic number checked
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aws/kinesis/core/retrier.cc
 *
 * @example
 * ```ts
 * const { payloads } = deaggregate(record, { range: { start: 0n, end: 2n ** 128n - 1n }, partitionKey: 'a' });
 * ```
 */
export function deaggregate(record: Uint8Array, from: AggregatedFrom): Deaggregated {
  const message = record.subarray(KPL_MAGIC.length, record.length - DIGEST_BYTES);
  if (record.length < KPL_MAGIC.length + DIGEST_BYTES || !md5(message).equals(record.subarray(record.length - DIGEST_BYTES))) {
    return { reason: 'KPL record: its MD5 does not match; it was truncated or changed' };
  }
  try {
    return readAggregatedRecord(message, from);
  } catch (error) {
    return { reason: `KPL record: ${(error as Error).message}` };
  }
}

/** The partition key of every record that the library puts together of several. */
const KPL_PARTITION_KEY = 'a';

function readAggregatedRecord(message: Uint8Array, { range, partitionKey: outer }: AggregatedFrom): Deaggregated {
  const partitionKeys: Uint8Array[] = [];
  const explicitHashKeys: Uint8Array[] = [];
  const records: Uint8Array[] = [];
  for (const { field, bytes } of fields(message)) {
    if (field === 1) partitionKeys.push(expectBytes(bytes));
    else if (field === 2) explicitHashKeys.push(expectBytes(bytes));
    else if (field === 3) records.push(expectBytes(bytes));
  }
  const hashKey = hashKeys(partitionKeys, explicitHashKeys);
  const users = records.map(readUserRecord);
  const texts = partitionKeys.map((bytes) => new TextDecoder().decode(bytes));
  const [first] = users;
  const ambiguous = first !== undefined && texts[first.partitionKey] === outer;
  const payloads: UserPayload[] = [];
  let elsewhere = 0;
  for (const { data, partitionKey: index, explicitHashKey } of users) {
    const partitionKey = texts[index] as string;
    const key = hashKey(index, explicitHashKey);
    const outside = range !== undefined && outer === KPL_PARTITION_KEY && (key < range.start || key > range.end);
    if (!outside) payloads.push({ data, partitionKey });
    else if (ambiguous) payloads.push({ data, partitionKey, reason: OUTSIDE });
    else elsewhere++;
  }
  return { payloads, elsewhere };
}

const OUTSIDE = 'KPL record: a user record hashes outside the shard, and it is unknown whether its producer puts it again';

/** Hash keys by index, each worked out once. */
function hashKeys(partitionKeys: readonly Uint8Array[], explicitHashKeys: readonly Uint8Array[]) {
  const known = new Map<number, bigint>();
  return (partitionKey: number, explicitHashKey: number | undefined): bigint => {
    // One map for both: explicit ones at odd places.
    const place = explicitHashKey === undefined ? partitionKey * 2 : explicitHashKey * 2 + 1;
    const before = known.get(place);
    if (before !== undefined) return before;
    const key = explicitHashKey === undefined ? hashOf(partitionKeys[partitionKey]) : decimal(explicitHashKeys[explicitHashKey]);
    known.set(place, key);
    return key;
  };
}

function hashOf(partitionKey: Uint8Array | undefined): bigint {
  if (!partitionKey) throw new Error('a user record names a partition key that is not in its table');
  return BigInt(`0x${md5(partitionKey).toString('hex')}`);
}

function decimal(explicitHashKey: Uint8Array | undefined): bigint {
  if (!explicitHashKey) throw new Error('a user record names an explicit hash key that is not in its table');
  const text = new TextDecoder().decode(explicitHashKey);
  if (!/^\d{1,39}$/.test(text)) throw new Error('an explicit hash key is not a decimal number');
  return BigInt(text);
}

interface UserRecord {
  readonly partitionKey: number;
  readonly explicitHashKey: number | undefined;
  readonly data: Uint8Array;
}

function readUserRecord(message: Uint8Array): UserRecord {
  let partitionKey: number | undefined;
  let explicitHashKey: number | undefined;
  let data: Uint8Array | undefined;
  for (const { field, bytes, number } of fields(message)) {
    if (field === 1) partitionKey = number;
    else if (field === 2) explicitHashKey = number;
    else if (field === 3) data = expectBytes(bytes);
  }
  if (partitionKey === undefined || data === undefined) throw new Error('a user record has no partition key or no data');
  return { partitionKey, explicitHashKey, data };
}

interface Field {
  readonly field: number;
  readonly number?: number;
  readonly bytes?: Uint8Array;
}

/**
 * The fields of a protobuf message, in order.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('it ends within a number');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Error('a number is too long');
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw new Error('it ends within a field');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === 0) yield { field, number: varint() };
    else if (type === 2) yield { field, bytes: take(varint()) };
    else if (type === 1) take(8);
    else if (type === 5) take(4);
    else throw new Error(`wire type ${type} is unknown`);
  }
}

function expectBytes(bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new Error('a field has the wrong type');
  return bytes;
}

function md5(bytes: Uint8Array) {
  return createHash('md5').update(bytes).digest();
}
