import type { Instant } from '../../../core/instant.ts';
import { nearest } from '../../../plan/nearest.ts';
import { fail } from './failure.ts';
import { type Interval, interval, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from './interval.ts';
import { checkedTime, fromFields } from './timestamp.ts';

/** Other spellings of fields. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ...{
    us: 'microseconds',
    microsecond: 'microseconds',
    usec: 'microseconds',
    ms: 'milliseconds',
    millisecond: 'milliseconds',
    msec: 'milliseconds',
  },
  ...{ s: 'second', sec: 'second', seconds: 'second', m: 'minute', min: 'minute', minutes: 'minute', h: 'hour', hr: 'hour', hours: 'hour' },
  ...{
    d: 'day',
    days: 'day',
    w: 'week',
    weeks: 'week',
    mon: 'month',
    months: 'month',
    qtr: 'quarter',
    y: 'year',
    yr: 'year',
    years: 'year',
  },
  ...{
    decades: 'decade',
    centuries: 'century',
    c: 'century',
    millennia: 'millennium',
    mil: 'millennium',
    dayofweek: 'dow',
    dayofyear: 'doy',
  },
};

/** A field's name in the tables. */
function fieldName(text: string): string {
  const name = text.toLowerCase();
  return Object.hasOwn(SPELLINGS, name) ? (SPELLINGS[name] as string) : name;
}

/** A table's entry for a field; an error if it has none. */
function fieldOf<T>(table: Readonly<Record<string, T>>, text: string, type: string): T {
  const name = fieldName(text);
  if (Object.hasOwn(table, name)) return table[name] as T;
  const near = nearest(name, Object.keys(table)) ?? Object.keys(table).join(', ');
  return fail(`unit ${JSON.stringify(text)} not recognized for type ${type}; there is: ${near}`);
}

/** Milliseconds in the units of fixed length. */
const UNITS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  second: 1000,
  minute: MS_PER_MINUTE,
  hour: MS_PER_HOUR,
  day: MS_PER_DAY,
};

type Truncate = (time: number) => number;
const fixed =
  (unit: number): Truncate =>
  (time) =>
    Math.floor(time / unit) * unit;
/** The first of January of a year computed from a time's year. */
const ofYear =
  (first: (year: number) => number): Truncate =>
  (time) =>
    fromFields(first(yearOf(time)), 1, 1);

const TRUNCATIONS: Readonly<Record<string, Truncate>> = {
  ...{ microseconds: (time) => time },
  ...Object.fromEntries(Object.entries(UNITS).map(([name, unit]) => [name, fixed(unit)])),
  week: (time) => weekStart(time),
  month: (time) => fromFields(yearOf(time), monthOf(time), 1),
  quarter: (time) => fromFields(yearOf(time), monthOf(time) - ((monthOf(time) - 1) % 3), 1),
  year: ofYear((year) => year),
  decade: ofYear((year) => Math.floor(year / 10) * 10),
  century: ofYear((year) => Math.floor((year - 1) / 100) * 100 + 1),
  millennium: ofYear((year) => Math.floor((year - 1) / 1000) * 1000 + 1),
};

function yearOf(time: number): number {
  return new Date(time).getUTCFullYear();
}

function monthOf(time: number): number {
  return new Date(time).getUTCMonth() + 1;
}

/** The Monday on which a time's week starts. The epoch was a Thursday. */
function weekStart(time: number): number {
  const day = Math.floor(time / MS_PER_DAY);
  return (day - ((((day + 3) % 7) + 7) % 7)) * MS_PER_DAY;
}

/** Whether a field is shorter than a day. */
export function isShort(field: string): boolean {
  const unit = UNITS[fieldName(field)] ?? (fieldName(field) === 'microseconds' ? 0 : MS_PER_DAY);
  return unit < MS_PER_DAY;
}

/** `date_trunc` of a time in UTC, or of a local time. */
export function truncation(field: string): (time: number) => Instant {
  const truncate = fieldOf(TRUNCATIONS, field, 'timestamptz');
  return (time) => checkedTime(truncate(time));
}

/** The number of months in units made of months. */
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12, decade: 120, century: 1200, millennium: 12_000 };

/** `date_trunc` of an interval: everything smaller than the field becomes zero. */
export function intervalTruncation(field: string): (span: Interval) => Interval {
  const name = fieldName(field);
  if (name === 'microseconds') return (span) => span;
  if (Object.hasOwn(MONTHS, name)) {
    const months = MONTHS[name] as number;
    // Quarters count within their year.
    return (span) => interval(Math.trunc(span.months / months) * months, 0, 0);
  }
  const unit = fieldOf(UNITS, field, 'interval');
  if (name === 'day') return ({ months, days }) => interval(months, days, 0);
  return ({ months, days, ms }) => interval(months, days, Math.trunc(ms / unit) * unit);
}

/** The results of `extract` for a time, by field. */
const TIME_FIELDS: Readonly<Record<string, (time: number) => number>> = {
  microseconds: (time) => modulo(time, MS_PER_MINUTE) * 1000,
  milliseconds: (time) => modulo(time, MS_PER_MINUTE),
  second: (time) => modulo(time, MS_PER_MINUTE) / 1000,
  minute: (time) => new Date(time).getUTCMinutes(),
  hour: (time) => new Date(time).getUTCHours(),
  day: (time) => new Date(time).getUTCDate(),
  dow: (time) => new Date(time).getUTCDay(),
  isodow: (time) => new Date(time).getUTCDay() || 7,
  doy: (time) => Math.floor((time - fromFields(yearOf(time), 1, 1)) / MS_PER_DAY) + 1,
  week: (time) => Math.floor((time - isoYearStart(isoYear(time))) / (7 * MS_PER_DAY)) + 1,
  isoyear: (time) => isoYear(time),
  month: monthOf,
  quarter: (time) => Math.ceil(monthOf(time) / 3),
  year: yearOf,
  decade: (time) => Math.floor(yearOf(time) / 10),
  century: (time) => Math.floor((yearOf(time) - 1) / 100) + 1,
  millennium: (time) => Math.floor((yearOf(time) - 1) / 1000) + 1,
  epoch: (time) => time / 1000,
  julian: (time) => time / MS_PER_DAY + 2_440_588,
};

/** A time zone's fields are those of UTC. */
const ZONED_FIELDS: typeof TIME_FIELDS = { ...TIME_FIELDS, timezone: () => 0, timezone_hour: () => 0, timezone_minute: () => 0 };

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

/** The Monday of the week that contains the fourth of January. */
function isoYearStart(year: number): number {
  return weekStart(fromFields(year, 1, 4));
}

function isoYear(time: number): number {
  const year = yearOf(time);
  return time < isoYearStart(year) ? year - 1 : time >= isoYearStart(year + 1) ? year + 1 : year;
}

/** The results of `extract` for an interval, by field; days are not converted to months. */
const INTERVAL_FIELDS: Readonly<Record<string, (span: Interval) => number>> = {
  microseconds: ({ ms }) => (ms % MS_PER_MINUTE) * 1000,
  milliseconds: ({ ms }) => ms % MS_PER_MINUTE,
  second: ({ ms }) => (ms % MS_PER_MINUTE) / 1000,
  minute: ({ ms }) => Math.trunc(ms / MS_PER_MINUTE) % 60,
  hour: ({ ms }) => Math.trunc(ms / MS_PER_HOUR),
  day: ({ days }) => days,
  week: ({ days }) => Math.trunc(days / 7),
  month: ({ months }) => months % 12,
  quarter: ({ months }) => (Math.trunc(Math.abs(months % 12) / 3) + 1) * (months % 12 < 0 ? -1 : 1),
  year: ({ months }) => Math.trunc(months / 12),
  decade: ({ months }) => Math.trunc(months / 120),
  century: ({ months }) => Math.trunc(months / 1200),
  millennium: ({ months }) => Math.trunc(months / 12_000),
  // A year counts 365.25 days, each remaining month 30.
  epoch: ({ months, days, ms }) => (Math.trunc(months / 12) * 365.25 + (months % 12) * 30 + days) * 86_400 + ms / 1000,
};

/** `extract` from a time. */
export function timeField(field: string, zoned: boolean): (time: number) => number {
  const read = fieldOf(zoned ? ZONED_FIELDS : TIME_FIELDS, field, zoned ? 'timestamptz' : 'timestamp');
  return (time) => read(time) + 0;
}

/** `extract` from an interval. */
export function intervalField(field: string): (span: Interval) => number {
  const read = fieldOf(INTERVAL_FIELDS, field, 'interval');
  return (span) => read(span) + 0;
}
