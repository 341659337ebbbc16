import { INDEXES, type IndexName, type Item, indexedPart, type Value } from './item.ts';

const KB = 1024;
const QUERY_PAGE = 1024 * KB;

/**
 * Bytes an item counts for, by DynamoDB's rules: names and values, UTF-8.
 *
 * Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 *
 * @example
 * ```ts
 * itemSize({ pk: 'a', sk: 'bc', n: 100 }); // 'pk' + 1, 'sk' + 2, 'n' + 2: 10
 * ```
 */
export function itemSize(item: { readonly [attribute: string]: Value }): number {
  let size = 0;
  for (const name of Object.keys(item)) size += Buffer.byteLength(name) + valueSize(item[name] as Value);
  return size;
}

function valueSize(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberSize(value);
  if (value === null || typeof value === 'boolean') return 1;
  if (value instanceof Uint8Array) return value.length;
  // A list or map takes three bytes, and one for each of its elements.
  if (Array.isArray(value)) return value.reduce((sum: number, element: Value) => sum + 1 + valueSize(element), 3);
  const map = value as { readonly [name: string]: Value };
  return 3 + Object.keys(map).length + itemSize(map);
}

/** A byte for every two significant digits, one more, and one for the sign of negative numbers. */
function numberSize(value: number): number {
  if (value === 0) return 1;
  const [mantissa = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}

/** Write units of an item: one per started KB. */
export function writeUnits(size: number): number {
  return Math.max(1, Math.ceil(size / KB));
}

/** Read units: one per started 4 KB, half of that for eventually consistent reads; an empty result counts as 4 KB. */
export function readUnits(size: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(size / (4 * KB))) * (consistent ? 1 : 0.5);
}

/** Write units of putting an item, with what its indexes take. */
export function putUnits(item: Item): number {
  let units = writeUnits(itemSize(item));
  for (const index of Object.keys(INDEXES) as IndexName[]) {
    const part = indexedPart(item, index);
    if (part) units += writeUnits(itemSize(part));
  }
  return units;
}

/** Read units of each request a query takes: a request ends once it has read 1 MB. */
export function queryUnits(items: readonly Item[], consistent: boolean): number[] {
  const pages: number[] = [];
  let size = 0;
  for (const item of items) {
    size += itemSize(item);
    if (size < QUERY_PAGE) continue;
    pages.push(readUnits(size, consistent));
    size = 0;
  }
  if (size > 0 || pages.length === 0) pages.push(readUnits(size, consistent));
  return pages;
}
