import { type Instant, parseUtc } from '../../../core/instant.ts';
import { fail } from './failure.ts';
import { fromDuration, type Interval, lengthOf, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from './interval.ts';
import { timeZone } from './time-zone.ts';

/** Results are ISO 8601 text in four-digit years, so that text order is time order. */
const EARLIEST: Instant = Date.parse('0001-01-01T00:00:00Z');
const LATEST: Instant = Date.parse('9999-12-31T23:59:59.999Z');

/** A time that rows can hold; an error for one that is not. */
export function checkedTime(ms: number): Instant {
  return ms >= EARLIEST && ms <= LATEST ? Math.floor(ms) : fail('timestamp out of range: only the years 1 to 9999 are supported');
}

/** The milliseconds of a calendar date and time in UTC, of any year; fields may be beyond their ends. */
export function fromFields(year: number, month: number, day: number, ms = 0): number {
  // Date.UTC takes years below 100 for those of the last century.
  return new Date(0).setUTCFullYear(year, month - 1, day) + ms;
}

/** Adds months, keeping to the last day of a shorter month, then days, then time. */
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

/** The span between two times, in days and time of day. */
export function difference(a: Instant, b: Instant): Interval {
  return fromDuration(a - b);
}

/** Characters of a time's text: telling its parts may take the square of their number. */
const LONGEST = 1000;

const TIMESTAMP =
  /^\s*(\d{4,6})-(\d{1,2})-(\d{1,2})(?:(?:[T\s]\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d*))?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?(?::?\d{2})?|[A-Za-z][\w/+-]*)?\s*$/i;

/**
 * Reads a time in ISO 8601, with a space or a `T` between date and time. Without a zone it is in UTC.
 *
 * @param zoned whether a zone counts; where it does not it is passed over, as PostgreSQL does for `timestamp`
 * @throws MillraceError `argument` when it is no time
 */
export function parseTimestamp(text: string, zoned: boolean): Instant {
  const utc = parseUtc(text);
  if (utc !== undefined) return utc;
  const type = zoned ? 'timestamptz' : 'timestamp';
  if (text.trim().toLowerCase() === 'epoch') return 0;
  const match = text.length <= LONGEST ? TIMESTAMP.exec(text) : null;
  if (!match) return fail(`invalid input syntax for type ${type}: ${JSON.stringify(text)}; write it as 2026-01-31 12:00:00+00`);
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', zone] = match;
  const time = Number(hour) * MS_PER_HOUR + Number(minute) * MS_PER_MINUTE + Number(second) * 1000;
  const date = fromFields(Number(year), Number(month), Number(day));
  const real = new Date(date).getUTCDate() === Number(day) && Number(month) >= 1 && Number(month) <= 12;
  if (!real || Number(minute) > 59 || Number(second) > 60 || time > MS_PER_DAY) {
    return fail(`date/time field value out of range: ${JSON.stringify(text)}`);
  }
  const local = date + time + Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (!zoned || zone === undefined) return checkedTime(local);
  return checkedTime(/^[+-]/.test(zone) ? local - offset(zone) : timeZone(zone).toInstant(local));
}

function offset(zone: string): number {
  const digits = zone.slice(1).replaceAll(':', '').padStart(2, '0');
  const [hours, minutes, seconds] = [digits.length % 2 ? `0${digits}` : digits].flatMap((all) => [
    all.slice(0, 2),
    all.slice(2, 4),
    all.slice(4, 6),
  ]);
  const ms = Number(hours) * MS_PER_HOUR + Number(minutes) * MS_PER_MINUTE + Number(seconds) * 1000;
  return zone.startsWith('-') ? -ms : ms;
}

/** Writes a time as PostgreSQL does in UTC: `2026-01-31 12:00:00.5+00`, without the zone for `timestamp`. */
export function formatTimestamp(time: Instant, zoned: boolean): string {
  const [seconds, fraction] = new Date(time).toISOString().replace('T', ' ').slice(0, -1).split('.') as [string, string];
  return `${seconds}${fraction === '000' ? '' : `.${fraction.replace(/0+$/, '')}`}${zoned ? '+00' : ''}`;
}

/** The start of a stride-wide bin that a time falls in, counted from an origin. */
export function dateBin(stride: Interval, time: Instant, origin: Instant): Instant {
  if (stride.months !== 0) return fail('timestamps cannot be binned into intervals containing months or years');
  const width = lengthOf(stride);
  if (!(width > 0)) return fail('stride must be greater than zero');
  return checkedTime(origin + Math.floor((time - origin) / width) * width);
}
