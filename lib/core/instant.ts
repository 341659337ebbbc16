/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z, negative before it. */
export type Instant = number;

/**
 * Reads the time of an event as its schema left it: a number of milliseconds, an ISO 8601 text or a `Date`.
 * Text without a zone is UTC.
 *
 * @returns the instant, or `undefined` when the value is no time
 *
 * @example
 * ```ts
 * toInstant('2026-01-01T00:00:00Z'); // 1767225600000
 * toInstant('yesterday');            // undefined
 * ```
 */
export function toInstant(value: unknown): Instant | undefined {
  if (typeof value === 'string') return parseIso(value);
  const ms = value instanceof Date ? value.getTime() : value;
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.floor(ms) : undefined;
}

const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

function parseIso(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const zoned = match[1] !== undefined || text.length <= 10;
  const ms = Date.parse(zoned ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : Math.floor(ms);
}

/**
 * Writes an instant as ISO 8601 in UTC with milliseconds, as rows and the wire show it.
 *
 * @example
 * ```ts
 * formatInstant(0); // '1970-01-01T00:00:00.000Z'
 * ```
 */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}
