import type { ReadableRow, ViewId } from '../ports.ts';
import { timeToLive } from './body.ts';
import type { Item, Value } from './item.ts';
import { itemSize } from './item-size.ts';
import { rowKey } from './keys.ts';

/** An item may have 400 KB. */
const MOST_BYTES = 390 * 1024;
/** DynamoDB nests 32 deep, attributes included. */
const MOST_LEVELS = 30;
/** Attributes of the store's own, and a name that JavaScript objects cannot carry. */
const TAKEN = /^(?:pk|sk|ttl|left_out|__proto__)_*$/;

/**
 * A final result as an item with native attributes, for the console, exports and DynamoDB Streams. A column whose name is
 * taken gets an underscore at the end. Values that DynamoDB cannot store must not stop a merge: numbers out of its range, deeply nested values
 * and invalid names are stored as JSON text, and the largest columns of a row above 400 KB are omitted and named in `left_out`.
 */
export function rowItem(view: ViewId, row: ReadableRow): Item {
  const columns = Object.entries(row.values)
    .filter(([name, value]) => name !== '' && value !== undefined)
    .map(([name, value]): [string, Value] => [TAKEN.test(name) ? `${name}_` : name.toWellFormed(), toValue(value, MOST_LEVELS)]);
  const item = { ...rowKey(view, row.key, row), ...timeToLive(row.expiresAt), ...Object.fromEntries(columns) } as Item;
  return itemSize(item) <= MOST_BYTES ? item : withoutLargest(item, columns);
}

function withoutLargest(item: Item, columns: readonly [string, Value][]): Item {
  const sized = columns.map(([name, value]) => ({ name, size: itemSize({ [name]: value }) })).sort((a, b) => b.size - a.size);
  const leftOut: string[] = [];
  let size = itemSize(item);
  for (const column of sized) {
    if (size <= MOST_BYTES) break;
    leftOut.push(column.name);
    size -= column.size - column.name.length - 1;
  }
  const kept = Object.entries(item).filter(([name]) => !leftOut.includes(name));
  return { ...(Object.fromEntries(kept) as Item), left_out: leftOut };
}

function toValue(value: unknown, levels: number): Value {
  switch (typeof value) {
    case 'string':
      return value.toWellFormed();
    case 'boolean':
      return value;
    case 'number':
      return toNumber(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (value instanceof Uint8Array) return value;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return toValue((value as { toJSON(): unknown }).toJSON(), levels);
  if (levels === 0) return asText(value);
  if (Array.isArray(value)) return value.map((element) => toValue(element, levels - 1));
  const entries = Object.entries(value).filter(([, element]) => element !== undefined);
  if (entries.some(([name]) => name === '' || name === '__proto__' || !name.isWellFormed())) return asText(value);
  return Object.fromEntries(entries.map(([name, element]) => [name, toValue(element, levels - 1)]));
}

/** DynamoDB's numbers: up to 38 digits, from 1e−130 to below 1e126. */
function toNumber(value: number): Value {
  if (value === 0) return 0;
  const size = Math.abs(value);
  return size >= 1e-130 && size < 1e126 ? value : String(value);
}

function asText(value: unknown): string {
  return JSON.stringify(value, (_, element: unknown) => (typeof element === 'bigint' ? String(element) : element)).toWellFormed();
}
