import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attributes, sizeOf } from './attributes.ts';

const MOST_ITEM = 400 * 1024;
const MOST_PARTITION_KEY = 2048;
const MOST_SORT_KEY = 1024;
const MOST_LEVELS = 32;

/** Rejects requests that DynamoDB would reject: Amazon DynamoDB Developer Guide, "Service, account, and table quotas". */
export function checkItem(item: Attributes): void {
  checkKey(item);
  if (sizeOf(item) > MOST_ITEM) throw refused('Item size has exceeded the maximum allowed size');
  for (const value of Object.values(item)) checkValue(value, 1);
}

/** A key of two texts that are not empty and not too long. */
export function checkKey({ pk, sk }: Attributes): void {
  const [partition, sort] = [pk?.S, sk?.S];
  if (!partition || !sort) throw refused('One of the required keys was not given a value');
  if (Buffer.byteLength(partition) > MOST_PARTITION_KEY) throw refused('Size of hashkey has exceeded the maximum size limit of 2048 bytes');
  if (Buffer.byteLength(sort) > MOST_SORT_KEY) throw refused('Size of rangekey has exceeded the maximum size limit of 1024 bytes');
}

/** So many in one request, each once. */
export function checkBatch(keys: readonly Attributes[], most: number): void {
  if (keys.length === 0 || keys.length > most) throw refused(`a batch of ${keys.length}: it takes 1 to ${most}`);
  const distinct = new Set(keys.map(({ pk, sk }) => JSON.stringify([pk?.S, sk?.S])));
  if (distinct.size < keys.length) throw refused('Provided list of item keys contains duplicates');
  for (const key of keys) checkKey(key);
}

function checkValue(value: AttributeValue, level: number): void {
  if (level > MOST_LEVELS) throw refused('Nesting Levels have exceeded supported limits');
  for (const element of value.L ?? Object.values(value.M ?? {})) checkValue(element, level + 1);
  if (value.N === undefined) return;
  const size = Math.abs(Number(value.N));
  if (!Number.isFinite(size)) throw refused(`The parameter cannot be converted to a numeric value: ${value.N}`);
  if (size !== 0 && (size < 1e-130 || size >= 1e126)) throw refused('Number overflow');
}

function refused(message: string): Error {
  return Object.assign(new Error(message), { name: 'ValidationException' });
}
