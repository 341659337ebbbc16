// Validates the positions in a cursor. Clients send cursors back, so their content is checked like any other parameter.
import type { Instant } from '../core/instant.ts';
import type { Window } from '../core/window.ts';
import type { DerivedAfter } from '../runtime/read/derived/derived-rows.ts';
import type { KeptAfter, WindowQuery } from '../runtime/read/query.ts';

/** The range of JavaScript's dates. */
const FURTHEST = 8.64e15;
/** DynamoDB's longest sort key. */
const LONGEST_TOKEN = 1024;

/** A valid instant. */
export function isTime(value: unknown): value is Instant {
  return typeof value === 'number' && Math.abs(value) <= FURTHEST;
}

/** A window; infinite bounds are `null` in JSON. */
export function isWindow(value: unknown): value is Window {
  return isObject(value) && [value.start, value.end].every((end) => end === null || isTime(end));
}

/** A position in a window's rows. */
export function isPlaceInWindow(value: unknown): value is NonNullable<WindowQuery['after']> {
  return isObject(value) && isWindow(value.window) && Array.isArray(value.values) && typeof value.key === 'string';
}

/** A position in a derived view's rows or windows. */
export function isDerivedPlace(value: unknown): value is DerivedAfter {
  return isObject(value) && (value.window === undefined || isWindow(value.window)) && (value.row === undefined || isRowPlace(value.row));
}

function isRowPlace(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.values) && typeof value.key === 'string' && isCount(value.nth);
}

/** A position in late events or dead letters. */
export function isKeptPlace(value: unknown): value is KeptAfter {
  if (!isObject(value) || typeof value.stream !== 'string' || typeof value.before !== 'string') return false;
  return Buffer.byteLength(value.before) <= LONGEST_TOKEN && isCount(value.skip);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
