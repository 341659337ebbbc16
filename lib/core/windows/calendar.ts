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
/** Longer before it, the clock is as it was before it was put back. */
const PUT_BACK = 3 * HOUR;

/** The maximum offset of each unit; quarters and years cannot have an offset, because they shift by months and not by days. */
export const OFFSETS: Readonly<Record<CalendarUnit, number>> = { day: DAY, week: 7 * DAY, month: 28 * DAY, quarter: 0, year: 0 };

/** The calendar of a time zone, cut into units. */
class Calendar {
  readonly lengths: { readonly shortest: number; readonly longest: number };
  readonly #unit: CalendarUnit;
  /** how much later by the clock each unit begins, in milliseconds */
  readonly #offset: number;
  readonly #format: Intl.DateTimeFormat;
  /** a cache of periods: computing one takes dozens of conversions, and consecutive events mostly share one */
  readonly #kept: Period[] = [];

  /** @throws MillraceError `definition` when there is no such time zone */
  constructor(unit: CalendarUnit, timeZone: string, offset: number) {
    this.#unit = unit;
    this.#offset = offset;
    this.lengths = LENGTHS[unit];
    try {
      this.#format = new Intl.DateTimeFormat('en-u-ca-gregory', {
        timeZone,
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        era: 'short',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        hourCycle: 'h23',
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
    let first = firstDay(this.#unit, this.#localDay(time));
    let period = this.#periodFrom(first);
    // If clocks are put back across a unit's start, the local time before it repeats: the first start counts.
    while (period.end <= time) {
      first = nextFirstDay(this.#unit, first);
      period = this.#periodFrom(first);
    }
    if (this.#kept.length >= MOST_KEPT) this.#kept.shift();
    this.#kept.push(period);
    return period;
  }

  #periodFrom(first: number): Period {
    return { start: this.#beginOf(first), end: this.#beginOf(nextFirstDay(this.#unit, first)) };
  }

  /** The first instant of a day, or of a later time if the start of the day was skipped. */
  #beginOf(day: number): Instant {
    let before = day * DAY + this.#offset - FURTHEST;
    let from = day * DAY + this.#offset + FURTHEST;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.#localDay(middle) >= day) from = middle;
      else before = middle;
    }
    return this.#earlier(day, from);
  }

  /** The clock may have shown the beginning before, if it was put back since: then by as much earlier. */
  #earlier(day: number, found: Instant): Instant {
    const back = this.#ahead(found - PUT_BACK) - this.#ahead(found);
    return back > 0 && this.#localDay(found - back) >= day && this.#localDay(found - back - 1) < day ? found - back : found;
  }

  /** How far the clock is ahead of UTC. */
  #ahead(time: Instant): number {
    return this.#localTime(time) - time;
  }

  /** The local date of an instant as days since 1970-01-01, each day beginning later by the offset. */
  #localDay(time: Instant): number {
    return Math.floor((this.#localTime(time) - this.#offset) / DAY);
  }

  /** The local date and time at an instant, as if it were in UTC. */
  #localTime(time: Instant): number {
    const parts: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(time)) parts[type] = value;
    const { year, month, day, era = '', hour, minute, second } = parts;
    const days = daysFromCivil(era.startsWith('B') ? 1 - Number(year) : Number(year), Number(month), Number(day));
    const clock = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
    // Clocks differ from UTC by whole seconds.
    return days * DAY + clock * 1000 + (((time % 1000) + 1000) % 1000);
  }
}

/** One calendar per spec: specs live as long as their plan. */
const calendars = new WeakMap<object, Calendar>();

/**
 * The calendar a spec is about.
 *
 * @throws MillraceError `definition` when there is no such time zone
 */
export function calendarOf(spec: { readonly unit: CalendarUnit; readonly timeZone: string; readonly offset?: number }): Calendar {
  let calendar = calendars.get(spec);
  if (!calendar) {
    calendar = new Calendar(spec.unit, spec.timeZone, spec.offset ?? 0);
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
