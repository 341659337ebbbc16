import type { Row } from './column.ts';
import type { Instant } from './instant.ts';

/** A decoded, validated event of a stream. */
export interface StreamEvent {
  /** the sequence number of the record it came in */
  readonly sequence: string;
  readonly arrival: Instant;
  readonly time: Instant;
  readonly row: Row;
  /** its bytes as they came, for the late list; made only when asked for */
  bytes(): Uint8Array;
}

/** Something in the stream that is no event: kept with the reason, counted, and queryable. */
export interface DeadEvent {
  readonly sequence: string;
  readonly arrival: Instant;
  readonly reason: string;
  bytes(): Uint8Array;
}

/** What a record holds, in order. */
export type Incoming = StreamEvent | DeadEvent;

/** Whether a thing in a stream is no event. */
export function isDead(incoming: Incoming): incoming is DeadEvent {
  return 'reason' in incoming;
}
