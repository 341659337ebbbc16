import { parseDuration } from '../core/duration.ts';
import { MillraceError } from '../core/errors.ts';
import { type Instant, toInstant } from '../core/instant.ts';
import { invalid } from './problem.ts';

/** Event times have years of four digits. */
const EARLIEST = Date.parse('0000-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a point in time: ISO 8601, in UTC if it has no zone.
 *
 * @throws Problem with the parameter's name
 */
export function parseInstant(parameter: string, text: string): Instant {
  const instant = toInstant(text);
  if (instant === undefined) {
    // A plus sign in a query means a space, so +02:00 arrives as " 02:00".
    const plus = /T.* \d\d:?\d\d$/i.test(text) ? ' (write + as %2B in a URL)' : '';
    throw invalid(parameter, `"${text}" is not a time: write ISO 8601 such as 2026-01-01T00:00:00Z${plus}`);
  }
  if (instant < EARLIEST || instant > LATEST) throw invalid(parameter, `"${text}" is out of range: years go from 0000 to 9999`);
  return instant;
}

/**
 * Reads a bound of a range: a point in time, `now`, or a relative time such as `-1 hour`. As in SQL, a sign in front
 * applies to all fields without a sign: `-1 hour 30 minutes` is 90 minutes ago, `-1 hour +30 minutes` is 30 minutes ago.
 *
 * @param now the base of relative times
 * @throws Problem with the parameter's name
 * @see https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-INTERVAL-INPUT (IntervalStyle sql_standard)
 */
export function parseBound(parameter: string, text: string, now: Instant): Instant {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === 'now') return now;
  if (/^[+-]?\d{4,6}-/.test(trimmed) || !/[a-z]/i.test(trimmed)) return parseInstant(parameter, trimmed);
  const interval = parseInterval(trimmed);
  if (interval === undefined) {
    throw invalid(
      parameter,
      `"${text}" is neither a time nor an interval: write ISO 8601 such as 2026-01-01T00:00:00Z, or an interval from now such as "-1 hour" (weeks, days, hours, minutes, seconds, ms)`,
    );
  }
  return Math.min(Math.max(now + interval, EARLIEST), LATEST);
}

/**
 * Reads a duration above zero, such as `1 hour`.
 *
 * @returns milliseconds
 * @throws Problem naming the parameter
 */
export function parseLength(parameter: string, text: string): number {
  const ms = durationOf(text);
  if (ms === undefined || ms <= 0) throw invalid(parameter, `"${text}" is not a duration: write for example "1 hour" or "5 minutes"`);
  return ms;
}

function parseInterval(text: string): number | undefined {
  const ago = /\sago$/i.exec(text);
  if (ago) {
    const ms = parseInterval(text.slice(0, ago.index));
    return ms === undefined ? undefined : -ms;
  }
  const signs = text.match(/[+-]/g)?.length ?? 0;
  const ownSigns = signs > 1 || (signs === 1 && !/^[+-]/.test(text));
  const fields = ownSigns ? (text.match(/[+-]?\s*[\d.]+\s*[a-z]+\s*/gi) ?? []) : [text];
  if (fields.join('') !== text) return undefined;
  const lengths = fields.map((field) => durationOf(field.replace(/^\+/, '')));
  return lengths.every((ms) => ms !== undefined) ? lengths.reduce((total, ms) => total + ms, 0) : undefined;
}

function durationOf(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof MillraceError) return undefined;
    throw error;
  }
}
