import type { Duration } from '../core/duration.ts';

/** A window as written in a definition; `compile` checks it. */
export interface WindowDefinition {
  readonly kind: 'tumbling' | 'hopping';
  readonly size: Duration;
  readonly slide: Duration;
  readonly offset: Duration;
}

/** What both kinds of window take. */
export interface WindowOptions {
  /** how far after the epoch (1970-01-01T00:00Z) the windows begin, e.g. `'6 hours'` for days that start at 06:00 UTC; from 0 up to the slide; default 0 */
  readonly offset?: Duration;
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
export function tumbling(size: Duration, options: WindowOptions = {}): WindowDefinition {
  return Object.freeze({ kind: 'tumbling', size, slide: size, offset: options?.offset ?? 0 });
}

/**
 * Windows of one size that start every `slide` and so overlap: an event is in `size / slide` of them.
 *
 * @param size a duration, e.g. `'5 minutes'`, or milliseconds
 * @param slide how far a window starts after the one before it; at most `size`, and best a divisor of it
 * @example
 * ```ts
 * hopping('5 minutes', '1 minute'); // at every minute, the five minutes before it
 * ```
 */
export function hopping(size: Duration, slide: Duration, options: WindowOptions = {}): WindowDefinition {
  return Object.freeze({ kind: 'hopping', size, slide, offset: options?.offset ?? 0 });
}
