/**
 * Values as one text: equal for values that SQL's GROUP BY takes for the same, NULLs included, and for no others.
 *
 * @param values JSON scalars, BigInts among them, and JSON values
 * @example
 * ```ts
 * groupKey(['a', null]) === groupKey(['a', null]); // true
 * ```
 */
export function groupKey(values: readonly unknown[]): string {
  return JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? { bigint: String(value) } : (value ?? null)));
}
