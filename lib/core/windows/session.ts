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
