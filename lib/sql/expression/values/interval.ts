import { fail } from './failure.ts';
import { roundHalfEven } from './int.ts';

/**
 * An interval as PostgreSQL keeps it: a month is not a number of days, and a day is not a number of hours. Months and days are whole numbers;
 * milliseconds have three decimals.
 */
export interface Interval {
  readonly months: number;
  readonly days: number;
  readonly ms: number;
}

const DAYS_PER_MONTH = 30;
export const [MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE] = [86_400_000, 3_600_000, 60_000];

export function interval(months: number, days: number, ms: number): Interval {
  return { months: months + 0, days: days + 0, ms: micros(ms) };
}

/** Rounds milliseconds to microseconds, the precision of PostgreSQL. */
function micros(ms: number): number {
  return Number.isInteger(ms) ? ms + 0 : Math.round(ms * 1000) / 1000 + 0;
}

export function addIntervals(a: Interval, b: Interval): Interval {
  return checkedInterval(interval(a.months + b.months, a.days + b.days, a.ms + b.ms));
}

export function negateInterval(a: Interval): Interval {
  return interval(-a.months, -a.days, -a.ms);
}

/**
 * A multiple or a fraction of an interval. The rest of a month becomes days, the rest of a day becomes time. It rounds at the same places as
 * PostgreSQL's `interval_mul` and `interval_div`, so that results are equal.
 *
 * @param scale multiplies or divides one of the interval's numbers
 */
function scaled(a: Interval, scale: (amount: number) => number): Interval {
  const months = Math.trunc(scale(a.months));
  const monthDays = microRound((scale(a.months) - months) * DAYS_PER_MONTH);
  const days = Math.trunc(scale(a.days));
  const seconds = microRound((scale(a.days) - days + monthDays - Math.trunc(monthDays)) * 86_400);
  const carried = Math.trunc(seconds / 86_400);
  const micros = roundHalfEven(scale(a.ms * 1000) + (seconds - carried * 86_400) * 1e6);
  return checkedInterval(interval(months, days + carried + Math.trunc(monthDays), micros / 1000));
}

function microRound(value: number): number {
  return roundHalfEven(value * 1e6) / 1e6;
}

export function multiplyInterval(a: Interval, factor: number): Interval {
  return scaled(a, (amount) => amount * factor);
}

export function divideInterval(a: Interval, divisor: number): Interval {
  return divisor === 0 ? fail('division by zero') : scaled(a, (amount) => amount / divisor);
}

/** An interval whose months and days fit 32 bits each, as PostgreSQL keeps them. */
export function checkedInterval(a: Interval): Interval {
  const fits = Math.abs(a.months) < 2 ** 31 && Math.abs(a.days) < 2 ** 31 && Math.abs(a.ms) < 9.2e15;
  return fits ? a : fail('interval out of range');
}

/** The length by which intervals are compared: a month is 30 days, a day is 24 hours. */
export function lengthOf(a: Interval): number {
  return (a.months * DAYS_PER_MONTH + a.days) * MS_PER_DAY + a.ms;
}

/** Converts each 24 hours to a day, as the difference of timestamps does (`justify_hours`). */
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
    // A positive part after a negative one needs a sign, or it would be read as negative too.
    words.push(`${negativeBefore && amount > 0 ? '+' : ''}${amount} ${name}${amount === 1 ? '' : 's'}`);
    negativeBefore = amount < 0;
  };
  unit(Math.trunc(months / 12), 'year');
  unit(months % 12, 'mon');
  unit(days, 'day');
  if (ms !== 0 || words.length === 0) words.push(`${ms < 0 ? '-' : negativeBefore ? '+' : ''}${formatTime(Math.abs(ms))}`);
  return words.join(' ');
}

/** A duration as `hh:mm:ss.ffffff`, without trailing zeros. */
function formatTime(ms: number): string {
  const two = (amount: number): string => String(amount).padStart(2, '0');
  const hours = Math.floor(ms / MS_PER_HOUR);
  const minutes = Math.floor(ms / MS_PER_MINUTE) % 60;
  const seconds = Math.floor(ms / 1000) % 60;
  const fraction = Math.round((ms % 1000) * 1000);
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`}`;
}
