import type { Instant } from '../instant.ts';

/** The bounds of a part of a key's events, as a batch or a task has it. Parts connect where `[reach, end]` overlap. */
export interface SpanBounds {
  /** the earliest event */
  readonly start: Instant;
  /** the last instant that takes part: of a session one gap after the latest event, which an event right there still belongs to */
  readonly end: Instant;
  /** how far back it connects: to its events' times, or to the floors they came at, if those are later: what had closed before stays as it is */
  readonly reach: Instant;
}

/** A part of a key's events and the states of their aggregates. Overlapping is all there is to it, so that it does not matter in which
 * order parts are united: cuts into batches and the moment of a merge cannot change a session. */
export interface Span extends SpanBounds {
  start: Instant;
  end: Instant;
  reach: Instant;
  readonly pane: unknown[];
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
 * @example
 * ```ts
 * sessionOf(1_000, 5_000, Number.NEGATIVE_INFINITY, [], []); // { start: 1000, end: 6000, reach: 1000 }
 * ```
 */
export function sessionOf(
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
