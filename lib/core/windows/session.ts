import type { Instant } from '../instant.ts';

/** The bounds of a span: a part of a key's events in a batch or a task. Spans connect if their `[reach, end]` overlap. */
export interface SpanBounds {
  /** the earliest event */
  readonly start: Instant;
  /** the last instant of the span: for a session, one gap after the latest event, inclusive */
  readonly end: Instant;
  /** how far back it connects: to the times of its events, or to the floors at their arrival if those are later, so that closed sessions do not change */
  readonly reach: Instant;
}

/** A span with the states of its aggregates. Only overlap decides how spans unite, so it does not matter in which
 * order they are united: neither batches nor the time of a merge change a session. */
export interface Span extends SpanBounds {
  start: Instant;
  end: Instant;
  reach: Instant;
  readonly pane: unknown[];
}
