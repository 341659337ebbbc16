import { gunzipSync } from 'node:zlib';
import { hashOf, unpackRecords } from './aggregated.ts';
import type { Payload } from './spec.ts';

/** An event, or `undefined` for something that is none. */
export type Found = Payload | undefined;

/** A record in a shard, and the hash keys of that, both inclusive. */
export interface Placed {
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly shard: { readonly from: bigint; readonly to: bigint };
}

/**
 * The events of a record: one JSON value or a list of them, possibly compressed; or several such user records. User records that the Kinesis Producer Library
 * aggregated, under the key `a`, do not count if they belong to another shard, because they are put again. If the key of the first one is also `a`,
 * this is unknown, and they are dead.
 */
export function readRecord(record: Placed): Found[] {
  return readKeyed(record).map(({ found }) => found);
}

/** The events of a record, each with the partition key that it was put by. */
export function readKeyed({ partitionKey, data, shard }: Placed): { readonly found: Found; readonly partitionKey: string }[] {
  const users = unpackRecords(data);
  const keyed = (values: readonly Found[], key: string) => values.map((found) => ({ found, partitionKey: key }));
  if (!users) return keyed(readValues(data), partitionKey);
  const outside = (key: string): boolean => partitionKey === 'a' && (hashOf(key) < shard.from || hashOf(key) > shard.to);
  const unknown = users[0]?.partitionKey === 'a' ? [undefined] : [];
  return users.flatMap((user) => keyed(outside(user.partitionKey) ? unknown : readValues(user.data), user.partitionKey));
}

function readValues(data: Uint8Array): Found[] {
  try {
    const bytes = data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data) : data;
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return (Array.isArray(value) ? value : [value]).map(toPayload);
  } catch {
    return [undefined];
  }
}

function toPayload(value: unknown): Found {
  const { id, k, u, v, b, at } = (value ?? {}) as { readonly [name in keyof Payload]?: unknown };
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  const fits =
    typeof id === 'number' &&
    typeof k === 'string' &&
    typeof u === 'string' &&
    (v === null || typeof v === 'number') &&
    typeof b === 'boolean' &&
    Number.isFinite(time);
  return fits ? { ...(value as Payload), at: time } : undefined;
}
