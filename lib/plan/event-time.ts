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

/**
 * What a time suggests that is of another age than any producer: that its number was taken for milliseconds and is of another unit.
 *
 * @returns `undefined` when it suggests nothing
 */
export function unitHint(time: Instant): string | undefined {
  const unit = (['s', 'us', 'ns'] as const).find((each) => {
    const meant = time / PER_MILLISECOND[each];
    return meant >= PLAUSIBLE_FROM && meant < PLAUSIBLE_TO;
  });
  const name = unit && { s: 'seconds', us: 'microseconds', ns: 'nanoseconds' }[unit];
  return unit && `it looks like ${name}, read as milliseconds: declare the event time's unit, '${unit}'`;
}
