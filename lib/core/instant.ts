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
  if (typeof value === 'string') return parseUtc(value) ?? parseIso(value);
  const ms = value instanceof Date ? value.getTime() : value;
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.floor(ms) : undefined;
}

/**
 * Reads `YYYY-MM-DDTHH:MM:SSZ` and `YYYY-MM-DDTHH:MM:SS.sssZ`, the forms nearly all producers send: every event has one,
 * and `Date.parse` takes several times as long.
 *
 * @returns what `Date.parse` gives; `undefined` for every other form
 * @see https://howardhinnant.github.io/date_algorithms.html#days_from_civil
 */
export function parseUtc(text: string): Instant | undefined {
  const { length } = text;
  if (length !== 24 && length !== 20) return undefined;
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(10) !== T) return undefined;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON || text.charCodeAt(length - 1) !== Z) return undefined;
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  let ms = 0;
  if (length === 24) {
    if (text.charCodeAt(19) !== DOT) return undefined;
    ms = digits(text, 20) * 10 + digits(text, 22, 1);
  }
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23) return undefined;
  if (minute < 0 || minute > 59 || second < 0 || second > 59 || ms < 0) return undefined;
  // Days that the month may lack take the long way.
  if (!(day <= 28 || (day <= 30 && month !== 2) || (day === 31 && (month < 8 ? month % 2 === 1 : month % 2 === 0)))) return undefined;
  // Years from March on, so that the leap day is the last one; 719,468 days lie between March of the year 0 and 1970.
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  const days = y * 365 + ((y / 4) | 0) - ((y / 100) | 0) + ((y / 400) | 0) + dayOfYear - 719_468;
  return days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms;
}

const [DASH, COLON, DOT, T, Z, ZERO] = [0x2d, 0x3a, 0x2e, 0x54, 0x5a, 0x30] as const;

/** Makes any sum it goes into negative, and unlike NaN keeps it an integer, which is faster. */
const NOT_DIGITS = -1_000_000;

/** One or two decimal digits as a number; far below zero when they are none. */
function digits(text: string, at: number, count: 1 | 2 = 2): number {
  const first = text.charCodeAt(at) - ZERO;
  if (first < 0 || first > 9) return NOT_DIGITS;
  if (count === 1) return first;
  const second = text.charCodeAt(at + 1) - ZERO;
  return second < 0 || second > 9 ? NOT_DIGITS : first * 10 + second;
}

const ISO = /^([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

function parseIso(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, zone] = match;
  // Date.parse takes the 30th of February for a day in March.
  if (Number(day) > daysIn(Number(year), Number(month))) return undefined;
  const zoned = zone !== undefined || text.length <= 10;
  const ms = Date.parse(zoned ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : Math.floor(ms);
}

/** How many days a month has. The calendar comes round every 400 years, and `Date.UTC` has its own idea of years below 100. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
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
