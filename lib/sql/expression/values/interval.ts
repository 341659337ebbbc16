/**
 * A span of time as PostgreSQL keeps it: a month is not a number of days, nor a day one of hours. Months and days are whole;
 * milliseconds are so to three decimals.
 */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

export const [DAYS_PER_MONTH, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE] = [30, 86_400_000, 3_600_000, 60_000];

export function interval(months: number, days: number, ms: number): Interval {
  return { months: months + 0, days: days + 0, ms: micros(ms) };
}

/** Rounds milliseconds to microseconds, the least there is in PostgreSQL. */
function micros(ms: number): number {
  return Number.isInteger(ms) ? ms + 0 : Math.round(ms * 1000) / 1000 + 0;
}

export function addIntervals(a: Interval, b: Interval): Interval {
  return interval(a.months + b.months, a.days + b.days, a.ms + b.ms);
}

export function negateInterval(a: Interval): Interval {
  return interval(-a.months, -a.days, -a.ms);
}

/** A multiple; what is left of a month goes to its days, what is left of a day to its milliseconds, as PostgreSQL's `interval_mul`. */
export function scaleInterval(a: Interval, factor: number): Interval {
  const months = a.months * factor;
  const wholeMonths = Math.trunc(months);
  // Twelve places, so that a third of three months does not leave a sliver of a day.
  const extraDays = round12((months - wholeMonths) * DAYS_PER_MONTH);
  const days = a.days * factor;
  const wholeDays = Math.trunc(days);
  const rest = (days - wholeDays + extraDays - Math.trunc(extraDays)) * MS_PER_DAY;
  const carried = Math.trunc(round12(rest / MS_PER_DAY));
  return interval(wholeMonths, wholeDays + Math.trunc(extraDays) + carried, a.ms * factor + rest - carried * MS_PER_DAY);
}

function round12(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** The length by which intervals compare: a month is 30 days, a day 24 hours. */
export function lengthOf(a: Interval): number {
  return (a.months * DAYS_PER_MONTH + a.days) * MS_PER_DAY + a.ms;
}

/** Time of day that makes up whole days becomes days, as subtracting timestamps gives it (`justify_hours`). */
export function fromDuration(ms: number): Interval {
  const days = Math.trunc(ms / MS_PER_DAY);
  return interval(0, days, ms - days * MS_PER_DAY);
}

/**
 * Writes an interval as PostgreSQL does by default.
 *
 * @example
 * ```ts
 * formatInterval({ months: 14, days: 3, ms: 3_723_500 }); // '1 year 2 mons 3 days 01:02:03.5'
 * ```
 */
export function formatInterval({ months, days, ms }: Interval): string {
  const words: string[] = [];
  let negativeBefore = false;
  const unit = (amount: number, name: string): void => {
    if (amount === 0) return;
    // A positive part after a negative one says so, or it would be read as negative too.
    words.push(`${negativeBefore && amount > 0 ? '+' : ''}${amount} ${name}${amount === 1 ? '' : 's'}`);
    negativeBefore = amount < 0;
  };
  unit(Math.trunc(months / 12), 'year');
  unit(months % 12, 'mon');
  unit(days, 'day');
  if (ms !== 0 || words.length === 0) words.push(`${ms < 0 ? '-' : negativeBefore ? '+' : ''}${formatTime(Math.abs(ms))}`);
  return words.join(' ');
}

/** A time of day or longer as `hh:mm:ss.ffffff`, without zeroes at the end. */
export function formatTime(ms: number): string {
  const two = (amount: number): string => String(amount).padStart(2, '0');
  const hours = Math.floor(ms / MS_PER_HOUR);
  const minutes = Math.floor(ms / MS_PER_MINUTE) % 60;
  const seconds = Math.floor(ms / 1000) % 60;
  const fraction = Math.round((ms % 1000) * 1000);
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`}`;
}
