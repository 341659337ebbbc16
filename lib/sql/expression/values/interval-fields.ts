import { type Interval, interval, MS_PER_HOUR, MS_PER_MINUTE } from './interval.ts';
import { parseInterval } from './interval-text.ts';

/** The bits by which PostgreSQL's grammar says which fields an INTERVAL has (`datetime.h`), from the longest to the shortest. */
const BITS: readonly (readonly [bit: number, unit: string])[] = [
  [1 << 2, 'year'],
  [1 << 1, 'month'],
  [1 << 3, 'day'],
  [1 << 10, 'hour'],
  [1 << 11, 'minute'],
  [1 << 12, 'second'],
];

/**
 * A parser for the literal of `INTERVAL '…' fields`: a number without a unit counts the shortest field, and shorter units are
 * left out.
 *
 * @param mask the fields, as the grammar encodes them
 * @returns `undefined` if the mask is not one of fields
 */
export function intervalReader(mask: number): ((text: string) => Interval) | undefined {
  const units = BITS.filter(([bit]) => (mask & bit) !== 0).map(([, unit]) => unit);
  const [longest, shortest] = [units[0], units.at(-1)];
  if (longest === undefined || shortest === undefined || mask >= 1 << 13) return undefined;
  const unit = longest === 'minute' && shortest === 'second' ? 'minute to second' : shortest;
  return (text) => truncate(parseInterval(text, unit), shortest);
}

function truncate({ months, days, ms }: Interval, unit: string): Interval {
  switch (unit) {
    case 'year':
      return interval(Math.trunc(months / 12) * 12, 0, 0);
    case 'month':
      return interval(months, 0, 0);
    case 'day':
      return interval(months, days, 0);
    case 'hour':
      return interval(months, days, Math.trunc(ms / MS_PER_HOUR) * MS_PER_HOUR);
    case 'minute':
      return interval(months, days, Math.trunc(ms / MS_PER_MINUTE) * MS_PER_MINUTE);
    default:
      return interval(months, days, ms);
  }
}
