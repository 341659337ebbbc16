import type { Duration } from '../core/duration.ts';
import type { CalendarUnit } from '../core/windows/calendar.ts';
import type { CheckedDuration } from './checked-duration.ts';

/** A window as written in a definition; `compile` checks it. */
export type WindowDefinition =
  | FixedWindowDefinition
  | CalendarWindowDefinition
  | GlobalWindowDefinition
  | SessionWindowDefinition
  | StaggerWindowDefinition;

/** Windows of a fixed length. */
export interface FixedWindowDefinition {
  readonly kind: 'tumbling' | 'hopping' | 'cumulate';
  readonly size: Duration;
  readonly slide: Duration;
  readonly offset: Duration;
  /** the names of all given options, to find unknown ones */
  readonly given?: readonly string[];
}

/** Windows of a calendar. */
export interface CalendarWindowDefinition {
  readonly kind: 'calendar';
  readonly unit: CalendarUnit;
  readonly timeZone: string;
  readonly offset?: Duration;
  /** the names of all given options, to find unknown ones */
  readonly given?: readonly string[];
}

/** The global window. */
export interface GlobalWindowDefinition {
  readonly kind: 'global';
}

/** Runs of a key's events. */
export interface SessionWindowDefinition {
  readonly kind: 'session';
  readonly gap: Duration;
}

/** Windows that open at a key's first event. */
export interface StaggerWindowDefinition {
  readonly kind: 'stagger';
  readonly size: Duration;
}

/** The options of calendar windows. */
export interface CalendarOptions<D extends Duration = Duration> extends WindowOptions<D> {
  /** an IANA name such as `'Europe/Berlin'`; default `'UTC'` */
  readonly timeZone?: string;
}

/** The options of windows of a fixed length. */
export interface WindowOptions<D extends Duration = Duration> {
  /** the offset of window starts from the epoch (1970-01-01T00:00Z), e.g. `'6 hours'` for days that start at 06:00 UTC; at least 0, less than the slide (cumulate: the size); default 0 */
  readonly offset?: CheckedDuration<D>;
}

/**
 * Windows of one size, one after the other: every event is in exactly one.
 *
 * @param size a duration, e.g. `'1 minute'`, or milliseconds
 * @example
 * ```ts
 * tumbling('1 minute');
 * tumbling('1 day', { offset: '6 hours' });
 * ```
 */
export function tumbling<const D extends Duration, const O extends Duration = Duration>(
  size: CheckedDuration<D>,
  options: WindowOptions<O> = {},
): FixedWindowDefinition {
  return Object.freeze({ kind: 'tumbling', size, slide: size, offset: options?.offset ?? 0, ...givenIn(options) });
}

/**
 * Overlapping windows of one size, one starting every `slide`: an event is in `size / slide` of them.
 *
 * @param size a duration, e.g. `'5 minutes'`, or milliseconds
 * @param slide the distance between the starts of two windows; at most `size`, and preferably a divisor of it
 * @example
 * ```ts
 * hopping('5 minutes', '1 minute'); // at every minute, the five minutes before it
 * ```
 */
export function hopping<const D extends Duration, const S extends Duration, const O extends Duration = Duration>(
  size: CheckedDuration<D>,
  slide: CheckedDuration<S>,
  options: WindowOptions<O> = {},
): FixedWindowDefinition {
  return Object.freeze({ kind: 'hopping', size, slide, offset: options?.offset ?? 0, ...givenIn(options) });
}

/**
 * Windows that start together, each ending one step after the one before: the result so far at every step, up to the size.
 *
 * @param size the length of the longest window; a multiple of `step`
 * @param step the difference in length between two windows
 * @example
 * ```ts
 * cumulate('1 day', '1 hour'); // at every hour, the day so far
 * ```
 */
export function cumulate<const D extends Duration, const S extends Duration, const O extends Duration = Duration>(
  size: CheckedDuration<D>,
  step: CheckedDuration<S>,
  options: WindowOptions<O> = {},
): FixedWindowDefinition {
  return Object.freeze({ kind: 'cumulate', size, slide: step, offset: options?.offset ?? 0, ...givenIn(options) });
}

/**
 * Days, weeks, months, … of a time zone's calendar: a day on which clocks change has 23 or 25 hours.
 *
 * @param unit `'day'`, `'week'` (from Monday on), `'month'`, `'quarter'` or `'year'`
 * @param options `timeZone`: an IANA name; default `'UTC'`. `offset`: how much later each starts, by that zone's clock, for a day, week or month: a
 *   business day from 06:00, a week from Sunday (`'6 days'`), a month from its 15th (`'14 days'`); default 0
 * @example
 * ```ts
 * calendar('month', { timeZone: 'Europe/Berlin' });
 * calendar('day', { timeZone: 'Europe/Berlin', offset: '6 hours' });
 * ```
 */
export function calendar<const D extends Duration = Duration>(
  unit: 'day' | 'week' | 'month' | 'quarter' | 'year',
  options: CalendarOptions<D> = {},
): CalendarWindowDefinition {
  const { timeZone = 'UTC', offset } = options ?? {};
  return Object.freeze({ kind: 'calendar', unit, timeZone, ...(offset === undefined ? {} : { offset }), ...givenIn(options) });
}

/**
 * The global window, which covers all of time. Its results are never final, and its rows have no `window_start` and `window_end`. Each key is kept
 * for as long as the view exists, with its cost for storing and reading, so there should be few keys.
 *
 * @example
 * ```ts
 * global();
 * ```
 */
export function global(): GlobalWindowDefinition {
  return Object.freeze({ kind: 'global' });
}

/**
 * Sessions: runs of events of a key, each at most one gap after the event before. A session starts at its first event and ends one gap after
 * its last. An event between two sessions may merge them.
 *
 * @param gap a duration, e.g. `'30 minutes'`, or milliseconds
 * @example
 * ```ts
 * session('30 minutes');
 * ```
 */
export function session<const D extends Duration>(gap: CheckedDuration<D>): SessionWindowDefinition {
  return Object.freeze({ kind: 'session', gap });
}

/**
 * Windows of one size that open at a key's first event, and again at its first event after the window before. So events that belong
 * together stay in one window.
 *
 * @param size a duration, e.g. `'1 minute'`, or milliseconds
 * @example
 * ```ts
 * stagger('1 minute');
 * ```
 */
export function stagger<const D extends Duration>(size: CheckedDuration<D>): StaggerWindowDefinition {
  return Object.freeze({ kind: 'stagger', size });
}

function givenIn(options: object): { readonly given?: readonly string[] } {
  const given = Object.keys(options ?? {});
  return given.length === 0 ? {} : { given: Object.freeze(given) };
}
