// Where an event becomes late, for every kind of windows. Nothing else decides it, and what is shown of it asks here.
import type { Instant } from './instant.ts';
import type { TimeWindowView, ViewSpec } from './view.ts';
import { lastWindowEnd, nextWindowEnd, type Window } from './window.ts';
import type { KeyWindowSpec } from './windows/key-window-spec.ts';
import type { SpanBounds } from './windows/session.ts';

/** A window that an event falls in, and where it would come too late for it. */
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

/** The lateness horizon: of a key's events what ends before it takes part in nothing any more (below: the floor). */
export function latenessHorizon({ allowedLateness }: ViewSpec, watermark: Instant): Instant {
  return watermark - allowedLateness;
}

/** The first watermark at whose lateness horizon what ends at an instant takes part in nothing any more. */
export function passedFrom({ allowedLateness }: ViewSpec, end: Instant): Instant {
  return end + allowedLateness + 1;
}

/**
 * What an event adds to its key's spans. Late is what nothing can take any more, in this task or another: an event whose span would end
 * before the floor. A session's span ends a gap after its event, a stagger window's is the event's instant, since every event moves where
 * the windows after it open.
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
 * session would be closed is late, unless it connects with one of its task that is still open: then it counts there, and
 * changes only where that begins, as Flink's merging windows do.
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
  // A point of the session that is open: it connects with that one alone, and moves its end nowhere.
  return isHeldOpen(held, added, end, floor) ? { start: time, end: floor, reach: floor } : undefined;
}

/**
 * Whether the spans of both lists, joined where they overlap, hold one that ends at or after the floor and whose events begin at or before an
 * instant. By where its events begin, not by its reach: a span keeps connections away from what has closed, and events of its own all the same.
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
