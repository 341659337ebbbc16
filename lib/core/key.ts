import { formatJson, parseJson } from './json.ts';

/**
 * A key's values as one string, the same for equal keys only. A single text stands for itself, so that the common case
 * costs nothing; everything else is JSON behind a NUL.
 *
 * @param values the key's parts, JSON values
 * @example
 * ```ts
 * encodeKey(['/a']);     // '/a'
 * encodeKey(['/a', 1]);  // '\0["/a",1]'
 * ```
 */
export function encodeKey(values: readonly unknown[]): string {
  const [first] = values;
  if (values.length === 1 && typeof first === 'string' && first.charCodeAt(0) !== 0) return first;
  return `\0${formatJson(values)}`;
}

/** The values {@link encodeKey} was given. */
export function decodeKey(key: string): unknown[] {
  return key.charCodeAt(0) === 0 ? (parseJson(key.slice(1)) as unknown[]) : [key];
}
