/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z, negative before it. */
export type Instant = number;

/**
 * Reads the time of an event as its schema left it: a number of milliseconds, an ISO 8601 text or a `Date`.
 * Text without a zone is UTC. Casts in SQL and parameters of REST read text the same way ({@link readTime}); casts know names of zones besides.
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
  if (typeof value === 'string') return parseUtc(value) ?? parseZoned(value);
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

/** Makes any sum with it negative; unlike NaN, the sum stays an integer, which is faster. */
const NOT_DIGITS = -1_000_000;

/** One or two decimal digits as a number; far below zero when they are none. */
function digits(text: string, at: number, count: 1 | 2 = 2): number {
  const first = text.charCodeAt(at) - ZERO;
  if (first < 0 || first > 9) return NOT_DIGITS;
  if (count === 1) return first;
  const second = text.charCodeAt(at + 1) - ZERO;
  return second < 0 || second > 9 ? NOT_DIGITS : first * 10 + second;
}

/** A calendar date and time as they are written, with the zone they are written in. */
export interface WrittenTime {
  /** milliseconds since 1970 if the zone were UTC */
  readonly local: number;
  /** `Z`, an offset such as `+01:00`, or a name; `undefined`: none is written */
  readonly zone: string | undefined;
}

/** Maximum length of a time's text: parsing can take quadratic time. */
const LONGEST = 1000;
const TIME =
  /^\s*([+-]\d{6}|\d{4,6})-(\d{1,2})-(\d{1,2})(?!-)(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d*))?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?|[A-Z][\w/+-]*)?\s*$/i;

/**
 * Reads a date and time in ISO 8601 with PostgreSQL's extensions: a space instead of the `T`, fields of one digit, an hour of 24, a second
 * of 60 (which is the first of the next minute). A comma can precede the fraction, which is reduced to whole milliseconds.
 *
 * @returns `'syntax'` if the text has another form, `'range'` if a field is out of range
 */
export function readTime(text: string): WrittenTime | 'syntax' | 'range' {
  const match = text.length <= LONGEST ? TIME.exec(text) : null;
  if (!match) return 'syntax';
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', zone] = match;
  const time = Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 + milliseconds(fraction);
  // Not Date.UTC, which takes years below 100 for those of the last century.
  const date = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const real = new Date(date).getUTCDate() === Number(day) && Number(month) >= 1 && Number(month) <= 12;
  return real && Number(minute) <= 59 && Number(second) <= 60 && time <= 86_400_000 ? { local: date + time, zone } : 'range';
}

/** PostgreSQL keeps microseconds, and rounds to them. */
function milliseconds(fraction: string): number {
  return fraction.length <= 6 ? Number(fraction.slice(0, 3).padEnd(3, '0')) : Math.floor(Math.round(Number(`0.${fraction}`) * 1e6) / 1000);
}

/** The greatest offset from UTC that PostgreSQL accepts. */
const MOST_OFFSET = 16 * 3_600_000;

/**
 * Reads the offset from UTC of a numeric zone: `Z`, `+01`, `-0330`, `+05:30:15`.
 *
 * @returns milliseconds; `undefined` for a name or an offset out of range
 */
export function zoneOffset(zone: string): number | undefined {
  if (/^z$/i.test(zone)) return 0;
  const [, sign, hours, minutes = 0, seconds = 0] = /^([+-])(\d{1,2}):?(\d{2})?:?(\d{2})?$/.exec(zone) ?? [];
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  if (!(ms < MOST_OFFSET) || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return sign === '-' ? -ms : ms;
}

function parseZoned(text: string): Instant | undefined {
  const written = readTime(text);
  if (typeof written === 'string') return undefined;
  const ms = written.local - (written.zone === undefined ? 0 : (zoneOffset(written.zone) ?? Number.NaN));
  return Number.isNaN(ms) ? undefined : ms;
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
