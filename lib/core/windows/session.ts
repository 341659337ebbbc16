import type { Instant } from '../instant.ts';

/** The bounds of a part of a key's events, as a batch or a task has it. Parts connect where `[reach, end]` overlap. */
export interface SpanBounds {
  /** the earliest event */
  readonly start: Instant;
  /** the last instant that takes part: of a session one gap after the latest event, which an event right there still belongs to */
  readonly end: Instant;
  /** how far back it takes part: its events' times, or where the sessions closed before they came had ended, if that is later */
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
 * session would be closed is late, unless it falls into one that later events hold open: then it counts there, and
 * changes only where that begins.
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
  return covers(held, added, end, floor) ? { start: time, end: floor, reach: floor } : undefined;
}

/** Whether spans of both lists together cover all of `[from, to]`, without a break. */
function covers(held: readonly SpanBounds[], added: readonly SpanBounds[], from: Instant, to: Instant): boolean {
  for (let covered = from, before = Number.NEGATIVE_INFINITY; ; ) {
    for (const spans of [held, added]) {
      const next = spans.findLast((span) => span.reach <= covered);
      if (next && next.end >= covered) before = Math.max(before, next.end);
    }
    if (before >= to) return true;
    if (before <= covered) return false;
    covered = before;
  }
}
