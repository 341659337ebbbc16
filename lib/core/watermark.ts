import type { Instant } from './instant.ts';

/**
 * How far event time has come in a task once an event has been seen: the greatest of min(event time, arrival time) so far,
 * less the out-of-orderness allowed. A clock that runs ahead closes nothing, since arrival time holds it back.
 *
 * @param watermark the watermark before the event (−Infinity: none yet)
 * @param time the event's time
 * @param arrival when it reached the stream
 * @param maxOutOfOrderness milliseconds
 * @returns the watermark after it; never less than before
 */
export function advanceWatermark(watermark: Instant, time: Instant, arrival: Instant, maxOutOfOrderness: number): Instant {
  const candidate = Math.min(time, arrival) - maxOutOfOrderness;
  return candidate > watermark ? candidate : watermark;
}

/** Whether a window that ends at `end` takes no more events: `end + allowedLateness ≤ watermark`. */
export function isClosed(end: Instant, allowedLateness: number, watermark: Instant): boolean {
  return end + allowedLateness <= watermark;
}
