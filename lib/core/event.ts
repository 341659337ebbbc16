import type { Row } from './column.ts';
import type { Instant } from './instant.ts';

/** A decoded, validated event of a stream. */
export interface StreamEvent {
  /** the sequence number of the record it came in */
  readonly sequence: string;
  readonly arrival: Instant;
  readonly time: Instant;
  readonly row: Row;
  /** its original bytes, for the list of late events; computed only when called */
  bytes(): Uint8Array;
  /** the partition key of its record, or of its user record in an aggregated one; absent or `undefined` where the source has none */
  partitionKey?(): string | undefined;
}

/** A part of a record that is not a valid event: counted, and kept with the reason for queries. */
export interface DeadEvent {
  readonly sequence: string;
  readonly arrival: Instant;
  readonly reason: string;
  bytes(): Uint8Array;
}

/** A part of a record: an event or a dead one. */
export type Incoming = StreamEvent | DeadEvent;

/** Whether a part of a record is dead. */
export function isDead(incoming: Incoming): incoming is DeadEvent {
  return 'reason' in incoming;
}
