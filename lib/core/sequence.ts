/**
 * Compares two Kinesis sequence numbers as the integers they are: they have up to 56 digits, and not always the same number.
 *
 * @returns below zero when `a` comes first, zero when they are equal, above zero when `b` comes first
 *
 * @example
 * ```ts
 * compareSequence('9', '10'); // below zero
 * ```
 */
export function compareSequence(a: string, b: string): number {
  const left = a.charCodeAt(0) === 48 ? a.replace(/^0+/, '') : a;
  const right = b.charCodeAt(0) === 48 ? b.replace(/^0+/, '') : b;
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
