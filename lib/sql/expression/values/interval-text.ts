import { fail } from './failure.ts';
import { checkedInterval, type Interval, interval, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from './interval.ts';

/** Months, days and milliseconds in a unit. */
type Unit = readonly [months: number, days: number, ms: number];

const UNITS: Readonly<Record<string, Unit>> = {
  millennium: [12_000, 0, 0],
  century: [1200, 0, 0],
  decade: [120, 0, 0],
  year: [12, 0, 0],
  month: [1, 0, 0],
  week: [0, 7, 0],
  day: [0, 1, 0],
  hour: [0, 0, MS_PER_HOUR],
  minute: [0, 0, MS_PER_MINUTE],
  second: [0, 0, 1000],
  millisecond: [0, 0, 1],
  microsecond: [0, 0, 0.001],
};

/** Other spellings that PostgreSQL accepts. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.keys(UNITS).flatMap((name) => [
      [name, name],
      [`${name}s`, name],
    ]),
  ),
  ...{ millennia: 'millennium', mil: 'millennium', mils: 'millennium', centuries: 'century', cent: 'century', c: 'century' },
  ...{ dec: 'decade', decs: 'decade', y: 'year', yr: 'year', yrs: 'year', mon: 'month', mons: 'month', w: 'week', d: 'day' },
  ...{ h: 'hour', hr: 'hour', hrs: 'hour', m: 'minute', min: 'minute', mins: 'minute', s: 'second', sec: 'second', secs: 'second' },
  ...{ ms: 'millisecond', msec: 'millisecond', msecs: 'millisecond', us: 'microsecond', usec: 'microsecond', usecs: 'microsecond' },
};

/** Maximum length of an interval's text, because parsing may be quadratic. */
const LONGEST = 1000;

const PART =
  /\s*(?:([+-]?)(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?(?![\w:])|([+-]?)(\d+)-(\d{1,2})(?![\w-])|([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z]+)?(?![\w.]))\s*/giy;

/**
 * Reads an interval as PostgreSQL does: `1 day 02:30:00`, `1 year 2 months`, `-3 hours`, `2 weeks ago`, `P1DT2H`, `1-2` (years and months).
 *
 * @param unit what a number without a unit counts
 * @throws MillraceError `argument` if the text is not an interval
 *
 * @example
 * ```ts
 * parseInterval('1 hour 30 minutes'); // { months: 0, days: 0, ms: 5_400_000 }
 * ```
 */
export function parseInterval(text: string, unit = 'second'): Interval {
  const trimmed = text.trim();
  const bad = (): never => fail(`invalid input syntax for type interval: ${JSON.stringify(text)}`);
  if (trimmed.length > LONGEST) return bad();
  if (trimmed.startsWith('P')) return parseIso(trimmed) ?? bad();
  const ago = /\sago$/i.test(trimmed);
  const parts = partsOf(trimmed.replace(/\s+ago$/i, '').replace(/^@\s*/, '')) ?? bad();
  const total: Total = { months: 0, days: 0, ms: 0, seen: new Set() };
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    // A number without a unit comes last, or counts days before a time of day.
    const counted = next === undefined ? unit : next[2] !== undefined || unit === 'hour' ? 'day' : undefined;
    if (!addPart(total, part, counted)) return bad();
  }
  const sign = ago ? -1 : 1;
  return checkedInterval(interval(sign * total.months, sign * total.days, sign * total.ms));
}

/** The parts of an interval's text; `undefined` if it has other parts. */
function partsOf(text: string): RegExpExecArray[] | undefined {
  const parts = [...text.matchAll(PART)];
  return parts.length > 0 && parts.reduce((length, [part]) => length + part.length, 0) === text.length ? parts : undefined;
}

interface Total {
  months: number;
  days: number;
  ms: number;
  /** units seen so far: none may occur twice */
  readonly seen: Set<string>;
}

function isNew({ seen }: Total, ...units: readonly string[]): boolean {
  const fresh = units.every((unit) => !seen.has(unit));
  for (const unit of units) seen.add(unit);
  return fresh;
}

function addPart(total: Total, match: RegExpExecArray, unit: string | undefined): boolean {
  const [, timeSign, hours, minutes, seconds, yearSign, years, months, amount, word] = match;
  if (hours !== undefined) {
    if (Number(minutes) > 59 || Number(seconds ?? 0) >= 60) return false;
    // In MINUTE TO SECOND, two numbers are minutes and seconds.
    const short = unit === 'minute to second' && seconds === undefined;
    const ms = short
      ? Number(hours) * MS_PER_MINUTE + Number(minutes) * 1000
      : Number(hours) * MS_PER_HOUR + Number(minutes) * MS_PER_MINUTE + Number(seconds ?? 0) * 1000;
    total.ms += timeSign === '-' ? -ms : ms;
    return isNew(total, 'hour', 'minute', 'second');
  }
  if (years !== undefined) {
    if (Number(months) > 11) return false;
    const sum = Number(years) * 12 + Number(months);
    total.months += yearSign === '-' ? -sum : sum;
    return isNew(total, 'year', 'month');
  }
  const name = word === undefined ? unit?.split(' ').at(-1) : SPELLINGS[word.toLowerCase()];
  if (name === undefined || !Object.hasOwn(UNITS, name)) return false;
  addUnits(total, Number(amount), UNITS[name] as Unit);
  return isNew(total, name);
}

/** Adds an amount of a unit; a fraction of a month becomes days, a fraction of a day becomes milliseconds. */
function addUnits(total: Total, amount: number, [months, days, ms]: Unit): void {
  if (months > 0) {
    const all = amount * months;
    const whole = Math.trunc(all);
    total.months += whole;
    // Fractions of years and longer are rounded to months, as PostgreSQL does.
    if (months > 1) total.months += Math.round(all - whole);
    else addDays(total, (all - whole) * 30);
  } else if (days > 0) addDays(total, amount * days);
  else total.ms += amount * ms;
}

function addDays(total: Total, days: number): void {
  const whole = Math.trunc(days);
  total.days += whole;
  total.ms += Math.round((days - whole) * MS_PER_DAY * 1000) / 1000;
}

const ISO_PART = /([+-]?\d+(?:\.\d*)?)([YMWDHS])/g;
const DATE_UNITS: Readonly<Record<string, string>> = { Y: 'year', M: 'month', W: 'week', D: 'day' };
const TIME_UNITS: Readonly<Record<string, string>> = { H: 'hour', M: 'minute', S: 'second' };

/** ISO 8601 with designators. */
function parseIso(text: string): Interval | undefined {
  if (!/^P(?=.)(?:[+-]?\d+(?:\.\d*)?[YMWD])*(?:T(?:[+-]?\d+(?:\.\d*)?[HMS])+)?$/.test(text)) return undefined;
  const [date = '', time = ''] = text.slice(1).split('T');
  const total: Total = { months: 0, days: 0, ms: 0, seen: new Set() };
  for (const [, amount, letter] of date.matchAll(ISO_PART))
    addUnits(total, Number(amount), UNITS[DATE_UNITS[letter as string] as string] as Unit);
  for (const [, amount, letter] of time.matchAll(ISO_PART))
    addUnits(total, Number(amount), UNITS[TIME_UNITS[letter as string] as string] as Unit);
  return checkedInterval(interval(total.months, total.days, total.ms));
}
