import type { Instant } from './instant.ts';
import type { StreamSpec } from './view.ts';

/**
 * The watermark of a task after an event: the maximum of max(min(event time, arrival), arrival − maxBehind)
 * so far, minus the maximum out-of-orderness. An event time in the future closes no window, because arrival limits it; one that is far
 * behind keeps no window open, because arrival advances the watermark.
 *
 * @param watermark the watermark before the event (−Infinity: none yet)
 * @param time the event's time
 * @param arrival when it reached the stream
 * @returns the watermark after it; never less than before, and never past the latest arrival less `maxOutOfOrderness`
 * @example
 * ```ts
 * const bounds = { maxOutOfOrderness: 5, maxBehind: 100 };
 * advanceWatermark(Number.NEGATIVE_INFINITY, 990, 1000, bounds); // 985
 * advanceWatermark(985, 0, 2000, bounds);                        // 1895: the event's arrival advances the watermark, its time does not
 * ```
 */
export function advanceWatermark(
  watermark: Instant,
  time: Instant,
  arrival: Instant,
  { maxOutOfOrderness, maxBehind }: Pick<StreamSpec, 'maxOutOfOrderness' | 'maxBehind'>,
): Instant {
  const candidate = Math.max(Math.min(time, arrival), arrival - maxBehind) - maxOutOfOrderness;
  return candidate > watermark ? candidate : watermark;
}
