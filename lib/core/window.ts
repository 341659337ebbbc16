import { MillraceError } from './errors.ts';
import type { Instant } from './instant.ts';
import { type CalendarUnit, calendarOf, OFFSETS } from './windows/calendar.ts';
import { isKeyWindow, type KeyWindowSpec } from './windows/key-window-spec.ts';

/** Windows of one size that open every `slide`, counted from `offset` after the epoch. A tumbling window's slide is its size. */
export interface SlidingSpec {
  readonly kind: 'tumbling' | 'hopping';
  /** milliseconds */
  readonly size: number;
  /** milliseconds; equal to `size` for a tumbling window */
  readonly slide: number;
  /** milliseconds, from 0 up to the slide */
  readonly offset: number;
}

/** Windows that start every `size` and end at every `slide` up to `size`: running results at every step. */
export interface CumulateSpec {
  readonly kind: 'cumulate';
  readonly size: number;
  /** the step */
  readonly slide: number;
  readonly offset: number;
}

/** Days, weeks, months, … of a time zone's calendar, with their real lengths. */
export interface CalendarSpec {
  readonly kind: 'calendar';
  readonly unit: CalendarUnit;
  /** an IANA name, e.g. `Europe/Berlin` */
  readonly timeZone: string;
  /** milliseconds by which each begins later than the calendar has it, by the zone's clock; absent: 0 */
  readonly offset?: number;
}

/** A global window, which never closes. */
export interface GlobalSpec {
  readonly kind: 'global';
}

/** Aligned windows: the same for every key. */
export type TimeWindowSpec = SlidingSpec | CumulateSpec | CalendarSpec | GlobalSpec;

/** How time is cut into windows `[start, end)`. */
export type WindowSpec = TimeWindowSpec | KeyWindowSpec;

/** A window `[start, end)`. */
export interface Window {
  readonly start: Instant;
  readonly end: Instant;
}

/** A window's name among those of its view. */
export function windowName({ start, end }: Window): string {
  return `${start}/${end}`;
}

/** The global window. */
export const ALL_TIME: Window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
/** The start of the only slice of a global window. */
export const GLOBAL_SLICE = 0;

/**
 * The length of the slices that all windows of a spec are made of: an event is added to one slice, however many windows
 * share it (Li et al., "No pane, no gain", SIGMOD Record 2005).
 *
 * @returns milliseconds; 0 where slices differ in length
 */
export function sliceLength(spec: TimeWindowSpec): number {
  if (spec.kind === 'calendar' || spec.kind === 'global') return 0;
  let a = spec.size;
  let b = spec.slide;
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** The start of the slice an instant falls in. */
export function sliceStart(spec: TimeWindowSpec, time: Instant, length: number = sliceLength(spec)): Instant {
  if (length > 0) {
    const { offset } = spec as SlidingSpec | CumulateSpec;
    return Math.floor((time - offset) / length) * length + offset;
  }
  return spec.kind === 'calendar' ? calendarOf(spec).at(time).start : GLOBAL_SLICE;
}

/** The end of the earliest window that holds an instant. */
export function firstWindowEnd(spec: TimeWindowSpec, time: Instant): Instant {
  switch (spec.kind) {
    case 'tumbling':
    case 'hopping':
      // The earliest start is the least one on the grid that is > time − size, since windows are half open.
      return (Math.floor((time - spec.size - spec.offset) / spec.slide) + 1) * spec.slide + spec.offset + spec.size;
    case 'cumulate':
      return (Math.floor((time - spec.offset) / spec.slide) + 1) * spec.slide + spec.offset;
    case 'calendar':
      return calendarOf(spec).at(time).end;
    case 'global':
      return ALL_TIME.end;
  }
}

/** The end of the latest window that holds the slice starting at `slice`. */
export function lastWindowEnd(spec: TimeWindowSpec, slice: Instant): Instant {
  switch (spec.kind) {
    case 'tumbling':
    case 'hopping':
      return Math.floor((slice - spec.offset) / spec.slide) * spec.slide + spec.offset + spec.size;
    case 'cumulate':
      return Math.floor((slice - spec.offset) / spec.size) * spec.size + spec.offset + spec.size;
    default:
      return firstWindowEnd(spec, slice);
  }
}

/** The next window end after `end` for a slice; there is none after {@link lastWindowEnd}. */
export function nextWindowEnd(spec: TimeWindowSpec, end: Instant): Instant {
  return spec.kind === 'calendar' || spec.kind === 'global' ? Number.POSITIVE_INFINITY : end + spec.slide;
}

/** The window that ends at an instant: windows of one spec that end together are the same. */
export function windowEndingAt(spec: TimeWindowSpec, end: Instant): Window {
  switch (spec.kind) {
    case 'tumbling':
    case 'hopping':
      return { start: end - spec.size, end };
    case 'cumulate':
      return { start: (Math.ceil((end - spec.offset) / spec.size) - 1) * spec.size + spec.offset, end };
    case 'calendar':
      return calendarOf(spec).at(end - 1);
    case 'global':
      return ALL_TIME;
  }
}

/** The windows an instant falls in, by end. */
export function windowsOf(spec: TimeWindowSpec, time: Instant): Window[] {
  const slice = sliceStart(spec, time);
  const last = lastWindowEnd(spec, slice);
  const windows: Window[] = [];
  for (let end = firstWindowEnd(spec, slice); ; end = nextWindowEnd(spec, end)) {
    if (end <= last) windows.push(windowEndingAt(spec, end));
    if (end >= last) return windows;
  }
}

/**
 * The starts of windows around an instant.
 *
 * @returns the latest start at or before it, and the earliest after that one
 */
export function startsAround(spec: TimeWindowSpec, time: Instant): { readonly before: Instant; readonly after: Instant } {
  if (spec.kind === 'calendar') {
    const { start, end } = calendarOf(spec).at(time);
    return { before: start, after: end };
  }
  if (spec.kind === 'global') return { before: ALL_TIME.start, after: ALL_TIME.end };
  const period = spec.kind === 'cumulate' ? spec.size : spec.slide;
  const before = Math.floor((time - spec.offset) / period) * period + spec.offset;
  return { before, after: before + period };
}

/** Bounds of a window's length, in milliseconds. */
export function windowLengths(spec: WindowSpec): { readonly shortest: number; readonly longest: number } {
  switch (spec.kind) {
    case 'tumbling':
    case 'hopping':
      return { shortest: spec.size, longest: spec.size };
    case 'cumulate':
      return { shortest: spec.slide, longest: spec.size };
    case 'calendar':
      return calendarOf(spec).lengths;
    case 'global':
      return { shortest: Number.POSITIVE_INFINITY, longest: Number.POSITIVE_INFINITY };
    case 'session':
      return { shortest: spec.gap, longest: Number.POSITIVE_INFINITY };
    case 'stagger':
      return { shortest: spec.size, longest: spec.size };
  }
}

/** Whether an event can count in more than one window. */
export function windowsOverlap(spec: WindowSpec): boolean {
  return spec.kind === 'cumulate' || (spec.kind === 'hopping' && spec.slide < spec.size);
}

/**
 * Checks a window's lengths.
 *
 * @throws MillraceError `definition` when a length is not positive, the slide exceeds or does not fit the size, the offset is out of
 *   range, or there is no such time zone
 */
export function checkWindow(spec: WindowSpec): void {
  if (spec.kind === 'global') return;
  if (isKeyWindow(spec)) {
    const [name, length] = spec.kind === 'session' ? ['gap', spec.gap] : ['size', spec.size];
    if (!(length > 0)) throw new MillraceError('definition', `a ${spec.kind} window needs a ${name} above zero, not ${length} ms`);
    return;
  }
  if (spec.kind === 'calendar') {
    calendarOf(spec);
    checkOffset(spec);
    return;
  }
  const { size, slide, offset, kind } = spec;
  const step = kind === 'cumulate' ? 'step' : 'slide';
  if (!(size > 0)) throw new MillraceError('definition', `a ${kind} window needs a size above zero, not ${size} ms`);
  if (!(slide > 0)) throw new MillraceError('definition', `a ${kind} window needs a ${step} above zero, not ${slide} ms`);
  if (slide > size) {
    throw new MillraceError(
      'definition',
      `a ${kind} window's ${step} (${slide} ms) must not exceed its size (${size} ms)${kind === 'hopping' ? ': events between windows would be lost' : ''}`,
    );
  }
  if (kind === 'cumulate' && size % slide !== 0) {
    throw new MillraceError('definition', `a cumulate window's size (${size} ms) must be a multiple of its step (${slide} ms)`);
  }
  if (size / sliceLength(spec) > 10_000) {
    throw new MillraceError(
      'definition',
      `size ${size} ms and ${step} ${slide} ms share slices of only ${sliceLength(spec)} ms, over 10,000 a window: choose a ${step} that divides the size`,
    );
  }
  const period = kind === 'cumulate' ? size : slide;
  if (offset < 0 || offset >= period) {
    throw new MillraceError('definition', `a window's offset must be from 0 up to, not including, ${period} ms; it is ${offset} ms`);
  }
}

function checkOffset({ unit, offset = 0 }: CalendarSpec): void {
  const most = OFFSETS[unit];
  if (offset === 0 || (offset > 0 && offset < most)) return;
  throw new MillraceError(
    'definition',
    most === 0
      ? `a calendar window of a ${unit} has no offset: use 'month', and combine months in the query`
      : `a calendar window's offset must be from 0 up to, not including, ${most} ms for a ${unit}; it is ${offset} ms`,
  );
}
