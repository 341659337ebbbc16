// Decides where an event becomes late, for every kind of window. This is the only place that decides it; explanations of lateness use it too.
import type { Instant } from './instant.ts';
import type { TimeWindowView, ViewSpec } from './view.ts';
import { lastWindowEnd, nextWindowEnd, type Window } from './window.ts';
import type { KeyWindowSpec } from './windows/key-window-spec.ts';
import type { SpanBounds } from './windows/session.ts';

/** A window that an event falls in, and the watermark at which the event is late for it. */
export interface LateFrom {
  readonly window: Window;
  /** the first watermark, the event's own included, at which the event is late for the window */
  readonly from: Instant;
}

/** Whether a window that ends at `end` takes no more events: `end + allowedLateness ≤ watermark`. */
export function isClosed(end: Instant, allowedLateness: number, watermark: Instant): boolean {
  return end + allowedLateness <= watermark;
}

/**
 * The end of the first aligned window that still takes an event. The event is late if that is not the first window that holds it.
 *
 * @param slice the start of the event's slice
 * @param firstEnd the end of the first window that holds it
 * @param watermark the task's, the event included
 * @returns `undefined`: all of them are closed
 */
export function firstOpenEnd(view: TimeWindowView, slice: Instant, firstEnd: Instant, watermark: Instant): Instant | undefined {
  const { window, allowedLateness } = view;
  let end = firstEnd;
  if (!isClosed(end, allowedLateness, watermark)) return end;
  const last = lastWindowEnd(window, slice);
  while (end <= last && isClosed(end, allowedLateness, watermark)) end = nextWindowEnd(window, end);
  return end <= last ? end : undefined;
}

/** The lateness horizon (below: the floor): spans that end before it can no longer change a window. */
export function latenessHorizon({ allowedLateness }: ViewSpec, watermark: Instant): Instant {
  return watermark - allowedLateness;
}

/** The first watermark at whose lateness horizon a span that ends at an instant can no longer change a window. */
export function passedFrom({ allowedLateness }: ViewSpec, end: Instant): Instant {
  return end + allowedLateness + 1;
}

/**
 * What an event adds to its key's spans. An event is late if no task can count it any more: its span would end
 * before the floor. The span of a session ends one gap after its event. The span of a stagger window is the instant of the event, because every event changes where
 * the following windows open.
 *
 * @param floor the task's watermark, the event included, less the allowed lateness
 * @param held the key's spans in the task's state, by reach
 * @param added those of the batch so far, by reach
 * @returns `undefined`: the event is late
 * @example
 * ```ts
 * spanOf({ kind: 'session', gap: 5_000 }, 1_000, Number.NEGATIVE_INFINITY, [], []); // { start: 1000, end: 6000, reach: 1000 }
 * ```
 */
export function spanOf(
  spec: KeyWindowSpec,
  time: Instant,
  floor: Instant,
  held: readonly SpanBounds[],
  added: readonly SpanBounds[],
): SpanBounds | undefined {
  if (spec.kind === 'session') return sessionOf(time, spec.gap, floor, held, added);
  return time >= floor ? { start: time, end: time, reach: time } : undefined;
}

/**
 * What an event adds to its key's sessions.
 *
 * A session is closed once `end < floor`: the event at `end` itself still belongs to it, so it stays open at `end = floor`. An event whose own
 * session would be closed is late, unless it connects with an open session of its task: then it counts there, and
 * only changes the start of that session, as in Flink's merging windows.
 *
 * @param gap milliseconds
 * @param floor the task's watermark, the event included, less the allowed lateness
 * @param held the key's spans in the task's state, by reach
 * @param added those of the batch so far, by reach
 * @returns the bounds of a span; `undefined`: the event is late
 */
function sessionOf(
  time: Instant,
  gap: number,
  floor: Instant,
  held: readonly SpanBounds[],
  added: readonly SpanBounds[],
): SpanBounds | undefined {
  const end = time + gap;
  if (end >= floor) return { start: time, end, reach: Math.max(time, floor) };
  // A point of the open session: it connects only with that session, and does not move its end.
  return isHeldOpen(held, added, end, floor) ? { start: time, end: floor, reach: floor } : undefined;
}

/**
 * Whether the overlapping spans of both lists, when joined, include one that ends at or after the floor and whose first event is at or before an
 * instant. The first event decides, not the reach: the reach only prevents connections with closed sessions.
 */
function isHeldOpen(held: readonly SpanBounds[], added: readonly SpanBounds[], instant: Instant, floor: Instant): boolean {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (let h = 0, a = 0; h < held.length || a < added.length; ) {
    const [one, other] = [held[h], added[a]];
    const next = (one && !(other && other.reach < one.reach) ? one : other) as SpanBounds;
    if (next === one) h++;
    else a++;
    if (next.reach > end) {
      if (end >= floor && start <= instant) return true;
      start = Number.POSITIVE_INFINITY;
    }
    start = Math.min(start, next.start);
    end = Math.max(end, next.end);
  }
  return end >= floor && start <= instant;
}
