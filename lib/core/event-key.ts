import type { Position } from './accumulator.ts';
import type { Row } from './column.ts';
import { encodeKey } from './key.ts';
import type { KeyPlan, ViewSpec } from './view.ts';

/**
 * Applies a view's filters and maps to an event.
 *
 * @returns `undefined` if a filter drops it
 */
export function transformed(view: ViewSpec, event: Row): Row | undefined {
  let row: Row | undefined = event;
  for (const transform of view.transforms) {
    row = transform(row);
    if (row === undefined) return undefined;
  }
  return row;
}

/**
 * An event's key in a view.
 *
 * @throws RangeError if a part cannot be a key: not a JSON scalar, a lone surrogate, or a whole number that JSON has already rounded
 */
export function keyOf(parts: readonly KeyPlan[], row: Row, position: Position): string {
  if (parts.length === 1) {
    const part = parts[0] as KeyPlan;
    const value = part.value(row, position);
    if (typeof value === 'string' && value.isWellFormed() && value.charCodeAt(0) !== 0) return value;
    return encodeKey([keyValue(part, value)]);
  }
  return encodeKey(parts.map((part) => keyValue(part, part.value(row, position))));
}

function keyValue(part: KeyPlan, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'string') {
    if (value.isWellFormed()) return value;
    throw new RangeError(`key "${part.name}" holds a lone surrogate, which no text in UTF-8 can hold`);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
    throw new RangeError(`key "${part.name}" is a whole number beyond 2^53, where doubles are rounded: make it a BigInt, or text`);
  }
  throw new RangeError(`key "${part.name}" is ${typeof value === 'number' ? value : `a ${typeof value}`}, which cannot be a key`);
}
