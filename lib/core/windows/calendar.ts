import { MillraceError } from '../errors.ts';
import type { Instant } from '../instant.ts';

/** A part of the calendar. Weeks begin on Monday (ISO 8601), as PostgreSQL's `date_trunc` has them. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The zones furthest from Greenwich, and a day that was left out on the way across the date line. */
const FURTHEST = 40 * HOUR;
/** Longer than any day, week, … of any zone: clocks may be put back, and a day may come twice. */
const LENGTHS: Readonly<Record<CalendarUnit, { readonly shortest: number; readonly longest: number }>> = {
  day: { shortest: HOUR, longest: 3 * DAY },
  week: { shortest: 5 * DAY, longest: 9 * DAY },
  month: { shortest: 26 * DAY, longest: 33 * DAY },
  quarter: { shortest: 88 * DAY, longest: 94 * DAY },
  year: { shortest: 363 * DAY, longest: 368 * DAY },
};
const MOST_KEPT = 64;

/** The calendar of a time zone, cut into units. */
class Calendar {
  readonly lengths: { readonly shortest: number; readonly longest: number };
  readonly #unit: CalendarUnit;
  readonly #format: Intl.DateTimeFormat;
  /** periods found before: finding one takes dozens of conversions, and events come in runs of the same */
  readonly #kept: Period[] = [];

  /** @throws MillraceError `definition` when there is no such time zone */
  constructor(unit: CalendarUnit, timeZone: string) {
    this.#unit = unit;
    this.lengths = LENGTHS[unit];
    try {
      this.#format = new Intl.DateTimeFormat('en-u-ca-gregory', {
        timeZone,
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        era: 'short',
      });
    } catch (cause) {
      throw new MillraceError('definition', `there is no time zone "${timeZone}": use an IANA name such as Europe/Berlin or UTC`, {
        cause,
      });
    }
  }

  /** The unit an instant falls in. */
  at(time: Instant): Period {
    const known = this.#kept.find(({ start, end }) => start <= time && time < end);
    if (known) return known;
    const first = firstDay(this.#unit, this.#localDay(time));
    const period = { start: this.#beginOf(first), end: this.#beginOf(nextFirstDay(this.#unit, first)) };
    if (this.#kept.length >= MOST_KEPT) this.#kept.shift();
    this.#kept.push(period);
    return period;
  }

  /** The first instant whose local date is a day or, where that day was left out, a later one. */
  #beginOf(day: number): Instant {
    let before = day * DAY - FURTHEST;
    let from = day * DAY + FURTHEST;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.#localDay(middle) >= day) from = middle;
      else before = middle;
    }
    return from;
  }

  /** The local date of an instant, as days since 1970-01-01. */
  #localDay(time: Instant): number {
    let [year, month, day] = [0, 1, 1];
    let before = false;
    for (const { type, value } of this.#format.formatToParts(time)) {
      if (type === 'year') year = Number(value);
      else if (type === 'month') month = Number(value);
      else if (type === 'day') day = Number(value);
      else if (type === 'era') before = value.startsWith('B');
    }
    return daysFromCivil(before ? 1 - year : year, month, day);
  }
}

/** One calendar per spec: specs live as long as their plan. */
const calendars = new WeakMap<object, Calendar>();

/**
 * The calendar a spec is about.
 *
 * @throws MillraceError `definition` when there is no such time zone
 */
export function calendarOf(spec: { readonly unit: CalendarUnit; readonly timeZone: string }): Calendar {
  let calendar = calendars.get(spec);
  if (!calendar) {
    calendar = new Calendar(spec.unit, spec.timeZone);
    calendars.set(spec, calendar);
  }
  return calendar;
}

/** The first day of the unit a day is in; days since 1970-01-01, a Thursday. */
function firstDay(unit: CalendarUnit, day: number): number {
  if (unit === 'day') return day;
  if (unit === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  const { year, month } = civilFromDays(day);
  if (unit === 'year') return daysFromCivil(year, 1, 1);
  return daysFromCivil(year, unit === 'month' ? month : month - ((month - 1) % 3), 1);
}

function nextFirstDay(unit: CalendarUnit, first: number): number {
  if (unit === 'day') return first + 1;
  if (unit === 'week') return first + 7;
  const { year, month } = civilFromDays(first);
  const months = year * 12 + month - 1 + { month: 1, quarter: 3, year: 12 }[unit];
  return daysFromCivil(Math.floor(months / 12), (months % 12) + 1, 1);
}

/** @see https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days */
function civilFromDays(days: number): { readonly year: number; readonly month: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month };
}
