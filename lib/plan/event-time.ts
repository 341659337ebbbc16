import type { Row } from '../core/column.ts';
import { type Instant, toInstant } from '../core/instant.ts';

/** What a number that is a time counts. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** How many of a unit are a millisecond. */
const PER_MILLISECOND: Readonly<Record<TimeUnit, number>> = { s: 0.001, ms: 1, us: 1000, ns: 1_000_000 };

export const TIME_UNITS: readonly string[] = Object.keys(PER_MILLISECOND);

/**
 * Reads times that are numbers of a unit since 1970, digits in a text among them.
 *
 * @returns gives `undefined` for what is no number
 */
export function unitTime(unit: TimeUnit): (value: unknown) => Instant | undefined {
  const per = PER_MILLISECOND[unit];
  return (value) => {
    const number = typeof value === 'string' ? (/^\s*-?\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN) : Number(value);
    if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
    if (unit === 's') return toInstant(Math.round(number * 1e6) / 1000);
    return toInstant(number / per);
  };
}

/** What stands at a path of names within a row, as far as there are objects. */
export function atPath(path: readonly string[]): (row: Row) => unknown {
  return (row) => {
    let value: unknown = row;
    for (const name of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Row)[name];
    }
    return value;
  };
}

/** Times that producers send are between these. */
const [PLAUSIBLE_FROM, PLAUSIBLE_TO] = [Date.UTC(2001, 0), Date.UTC(2100, 0)];

const UNIT_NAMES: Readonly<Record<TimeUnit, string>> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' };

/**
 * What a number suggests that is a plausible time in another unit than the one it was read as.
 *
 * @param time what the number was read as
 * @param value as it is written: a number, or its digits
 * @returns `undefined` when it suggests nothing
 *
 * @example
 * ```ts
 * unitHint(1_767_261_600, 1_767_261_600); // "it looks like seconds, read as milliseconds: declare the event time's unit, 's'"
 * ```
 */
export function unitHint(time: Instant, value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  const number = Number(value);
  const units = Object.keys(PER_MILLISECOND) as TimeUnit[];
  const meant = units.find((unit) => {
    const instant = number / PER_MILLISECOND[unit];
    return instant >= PLAUSIBLE_FROM && instant < PLAUSIBLE_TO;
  });
  // Reading rounds; units are a thousand apart.
  const read = units.find((unit) => Math.abs(number / PER_MILLISECOND[unit] - time) < 1 + Math.abs(time) / 1e6);
  if (meant === undefined || read === undefined || meant === read) return undefined;
  return `it looks like ${UNIT_NAMES[meant]}, read as ${UNIT_NAMES[read]}: declare the event time's unit, '${meant}'`;
}
