import type { Instant } from './instant.ts';
import type { RememberedId } from './remembered-ids.ts';
import type { ENTRY_KINDS } from './stored.ts';

/** Everything one commit decides. Until it is written, nothing has happened. */
export interface Entry {
  /** `genesis` starts a task, `batch` processes records, `idle` advances the watermark of an idle task, `end` closes the task of a drained shard */
  readonly kind: (typeof ENTRY_KINDS)[number];
  /** first and last sequence number of the batch; for control entries, the last one before */
  readonly first: string;
  readonly last: string;
  /** after the entry */
  readonly watermark: Instant;
  readonly base: Instant;
  readonly lastArrival: Instant;
  /** number of events, including dead letters */
  readonly events: number;
  /** number of records, and of those in which most events are dead letters: the circuit breaker uses both */
  readonly records: number;
  readonly deadRecords: number;
  /** the deployed version that decided */
  readonly version: string;
  /** shards that go on after an `end` */
  readonly children: readonly string[];
  readonly views: readonly ViewDelta[];
  readonly late: readonly LateEvent[];
  readonly dead: readonly DeadLetter[];
  /** number of duplicates among the events; absent: none */
  readonly duplicates?: number | undefined;
  /** ids that are remembered from now on; of a genesis, those that the task inherits */
  readonly ids?: readonly RememberedId[] | undefined;
  /** of a genesis: the watermark up to which ids may have been evicted before they were inherited */
  readonly idsFloor?: Instant | undefined;
}

/** What an entry adds to one view. */
export interface ViewDelta {
  readonly view: string;
  readonly fingerprint: string;
  /** windows up to here were merged when the entry was made: their panes are evicted */
  readonly dropped: Instant;
  /** what the view's `Windowing` adds for the batch; none if the view is unknown */
  readonly changes: unknown;
}

/** An event that came after one or more of its windows had closed. */
export interface LateEvent {
  readonly sequence: string;
  readonly time: Instant;
  readonly arrival: Instant;
  /** views that could not count it in every window */
  readonly views: readonly string[];
  /** the original data, unless the entry's cap was reached */
  readonly bytes: Uint8Array | undefined;
}

/** A part of a record that is not a valid event. */
export interface DeadLetter {
  readonly sequence: string;
  readonly arrival: Instant;
  readonly reason: string;
  /** the original data, truncated at the cap */
  readonly bytes: Uint8Array | undefined;
  /** the views that could not process it, if others did; absent: no view did */
  readonly views?: readonly string[];
}
