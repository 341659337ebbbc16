import { MillraceError } from './errors.ts';
import type { Instant } from './instant.ts';

/**
 * How event time is cut into windows `[start, end)`: every `slide` a window of `size` opens, counted from `offset` after
 * the epoch. A tumbling window is one whose slide is its size.
 */
export interface WindowSpec {
  readonly kind: 'tumbling' | 'hopping';
  /** milliseconds */
  readonly size: number;
  /** milliseconds; equal to `size` for a tumbling window */
  readonly slide: number;
  /** milliseconds, from 0 up to the slide */
  readonly offset: number;
}

/** A window `[start, end)`. */
export interface Window {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * The length of the slices that all windows of a spec are made of: an event is added to one slice, however many windows
 * share it (Li et al., "No pane, no gain", SIGMOD Record 2005).
 *
 * @returns milliseconds
 */
export function sliceLength(spec: WindowSpec): number {
  let a = spec.size;
  let b = spec.slide;
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** The start of the slice an instant falls in. */
export function sliceStart(spec: WindowSpec, time: Instant, length: number = sliceLength(spec)): Instant {
  return Math.floor((time - spec.offset) / length) * length + spec.offset;
}

/** The end of the earliest window that holds the slice starting at `slice`. */
export function firstWindowEnd(spec: WindowSpec, slice: Instant): Instant {
  // The earliest start is the least one on the grid that is > slice − size, since windows are half open.
  const start = (Math.floor((slice - spec.size - spec.offset) / spec.slide) + 1) * spec.slide + spec.offset;
  return start + spec.size;
}

/** The end of the latest window that holds the slice starting at `slice`. */
export function lastWindowEnd(spec: WindowSpec, slice: Instant): Instant {
  return Math.floor((slice - spec.offset) / spec.slide) * spec.slide + spec.offset + spec.size;
}

/** The windows an instant falls in, earliest first. */
export function windowsOf(spec: WindowSpec, time: Instant): Window[] {
  const slice = sliceStart(spec, time);
  const windows: Window[] = [];
  for (let end = firstWindowEnd(spec, slice); end <= lastWindowEnd(spec, slice); end += spec.slide) {
    windows.push({ start: end - spec.size, end });
  }
  return windows;
}

/**
 * Checks a window's lengths.
 *
 * @throws MillraceError `definition` when a length is not positive, the slide exceeds the size, or the offset is out of range
 */
export function checkWindow(spec: WindowSpec): void {
  const { size, slide, offset, kind } = spec;
  if (!(size > 0)) throw new MillraceError('definition', `a ${kind} window needs a size above zero, not ${size} ms`);
  if (!(slide > 0)) throw new MillraceError('definition', `a hopping window needs a slide above zero, not ${slide} ms`);
  if (slide > size) {
    throw new MillraceError(
      'definition',
      `a hopping window's slide (${slide} ms) must not exceed its size (${size} ms): events between windows would vanish`,
    );
  }
  if (size / sliceLength(spec) > 10_000) {
    throw new MillraceError(
      'definition',
      `size ${size} ms and slide ${slide} ms share slices of only ${sliceLength(spec)} ms, over 10,000 a window: choose a slide that divides the size`,
    );
  }
  if (offset < 0 || offset >= slide) {
    throw new MillraceError('definition', `a window's offset must be from 0 up to, not including, ${slide} ms; it is ${offset} ms`);
  }
}
