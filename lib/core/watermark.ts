import type { Instant } from './instant.ts';
import type { StreamSpec } from './view.ts';

/**
 * How far event time has come in a task once an event has been seen: the greatest of max(min(event time, arrival), arrival − maxBehind)
 * so far, less the out-of-orderness allowed. A clock that runs ahead closes nothing, since arrival holds it back; one that is far
 * behind holds nothing open, since arrival draws it on.
 *
 * @param watermark the watermark before the event (−Infinity: none yet)
 * @param time the event's time
 * @param arrival when it reached the stream
 * @returns the watermark after it; never less than before, and never past the latest arrival less `maxOutOfOrderness`
 * @example
 * ```ts
 * const bounds = { maxOutOfOrderness: 5, maxBehind: 100 };
 * advanceWatermark(Number.NEGATIVE_INFINITY, 990, 1000, bounds); // 985
 * advanceWatermark(985, 0, 2000, bounds);                        // 1895: the event says nothing of time, its arrival does
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
