import { encodeKey } from '../core/key.ts';

/**
 * Encodes values as one text, which is equal exactly for values that SQL's GROUP BY treats as equal, NULLs included.
 *
 * @param values JSON scalars, BigInts among them, and JSON values: of objects the order of members does not count
 * @example
 * ```ts
 * groupKey(['a', { x: 1, y: null }]) === groupKey(['a', { y: null, x: 1 }]); // true
 * ```
 */
export function groupKey(values: readonly unknown[]): string {
  return encodeKey(values.map(inOrder));
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, inOrder(member)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
