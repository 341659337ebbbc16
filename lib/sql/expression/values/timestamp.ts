import { type Instant, parseUtc, readTime, zoneOffset } from '../../../core/instant.ts';
import { fail } from './failure.ts';
import { fromDuration, type Interval, lengthOf, MS_PER_DAY } from './interval.ts';
import { timeZone } from './time-zone.ts';

/** Results are ISO 8601 text with four-digit years, so that text order is time order. */
const EARLIEST: Instant = Date.parse('0001-01-01T00:00:00Z');
const LATEST: Instant = Date.parse('9999-12-31T23:59:59.999Z');

/** A time that rows can hold; an error if it is out of range. */
export function checkedTime(ms: number): Instant {
  return ms >= EARLIEST && ms <= LATEST ? Math.floor(ms) : fail('timestamp out of range: only the years 1 to 9999 are supported');
}

/** The milliseconds of a calendar date and time in UTC, of any year; fields may overflow. */
export function fromFields(year: number, month: number, day: number, ms = 0): number {
  // Date.UTC adds 1900 to years below 100.
  return new Date(0).setUTCFullYear(year, month - 1, day) + ms;
}

/** Adds months, limited to the last day of a shorter month, then days, then time. */
export function addInterval(time: Instant, { months, days, ms }: Interval): Instant {
  let moved = time;
  if (months !== 0) {
    const date = new Date(moved);
    const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
    const [year, month] = [Math.floor(total / 12), ((total % 12) + 12) % 12];
    const last = new Date(fromFields(year, month + 2, 0)).getUTCDate();
    const timeOfDay = moved - Math.floor(moved / MS_PER_DAY) * MS_PER_DAY;
    moved = fromFields(year, month + 1, Math.min(date.getUTCDate(), last), timeOfDay);
  }
  return checkedTime(moved + days * MS_PER_DAY + ms);
}

/** The interval between two times, in days and time of day. */
export function difference(a: Instant, b: Instant): Interval {
  return fromDuration(a - b);
}

/**
 * Reads a time as {@link readTime} does, and with the name of a zone. Without a zone it is in UTC.
 *
 * @param zoned whether a zone counts; otherwise it is ignored, as PostgreSQL does for `timestamp`
 * @throws MillraceError `argument` if the text is not a time
 */
export function parseTimestamp(text: string, zoned: boolean): Instant {
  const utc = parseUtc(text);
  if (utc !== undefined) return utc;
  const type = zoned ? 'timestamptz' : 'timestamp';
  if (text.trim().toLowerCase() === 'epoch') return 0;
  const written = readTime(text);
  if (written === 'syntax') {
    return fail(`invalid input syntax for type ${type}: ${JSON.stringify(text)}; write it as 2026-01-31 12:00:00+00`);
  }
  if (written === 'range') return fail(`date/time field value out of range: ${JSON.stringify(text)}`);
  const { local, zone } = written;
  if (zone !== undefined && /^[+-]/.test(zone)) {
    const offset = zoneOffset(zone);
    if (offset === undefined) return fail(`time zone displacement out of range: ${JSON.stringify(text)}`);
    return checkedTime(zoned ? local - offset : local);
  }
  return checkedTime(zoned && zone !== undefined ? timeZone(zone).toInstant(local) : local);
}

/** Formats a time as PostgreSQL does in UTC: `2026-01-31 12:00:00.5+00`, without the zone for `timestamp`. */
export function formatTimestamp(time: Instant, zoned: boolean): string {
  const [seconds, fraction] = new Date(time).toISOString().replace('T', ' ').slice(0, -1).split('.') as [string, string];
  return `${seconds}${fraction === '000' ? '' : `.${fraction.replace(/0+$/, '')}`}${zoned ? '+00' : ''}`;
}

/** The start of the bin that a time falls into; bins are one stride wide and count from an origin. */
export function dateBin(stride: Interval, time: Instant, origin: Instant): Instant {
  if (stride.months !== 0) return fail('timestamps cannot be binned into intervals containing months or years');
  const width = lengthOf(stride);
  if (!(width > 0)) return fail('stride must be greater than zero');
  return checkedTime(origin + Math.floor((time - origin) / width) * width);
}
