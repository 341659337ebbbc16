import type { Instant } from './instant.ts';
import { RememberedIds } from './remembered-ids.ts';
import type { ViewSpec } from './view.ts';
import { windowingOf } from './window-kinds.ts';
import type { WindowState } from './windowing.ts';

/**
 * The state of a task between batches, which depends only on its log. Only `apply` changes it, after an entry is
 * known to be committed.
 */
export interface TaskState {
  /** index of the last entry applied; 0: none */
  index: number;
  /** the writer of that entry */
  nonce: string;
  /** sequence number of the last record committed; '' before the first */
  sequence: string;
  watermark: Instant;
  /** the watermark after the last event (or the genesis): the clock starts there when all shards are idle */
  base: Instant;
  /** arrival of the last record (or the instant of the genesis) */
  lastArrival: Instant;
  /** the number of processed events, dead ones included; it numbers the events */
  events: number;
  /** totals since the beginning */
  late: number;
  dead: number;
  duplicates: number;
  /** a drained, closed shard: no entry follows */
  ended: boolean;
  children: readonly string[];
  /** the last outcomes of this version, newest last, for the breaker */
  outcomes: Outcomes;
  readonly views: Map<string, ViewState>;
  /** by which duplicates are found */
  readonly ids: RememberedIds;
}

/** Counts of good and dead records per entry, for the breaker: by record, since one record may hold any number of events. */
export interface Outcomes {
  /** the deployed version they belong to */
  readonly version: string;
  readonly counts: readonly (readonly [good: number, dead: number])[];
}

/** A view in one task. */
export interface ViewState {
  /** the boundary up to which this task has evicted panes that were merged */
  dropped: Instant;
  /** the panes that are not evicted */
  readonly held: WindowState;
}

/** The state of a task without a log. */
export function emptyState(): TaskState {
  return {
    index: 0,
    nonce: '',
    sequence: '',
    watermark: Number.NEGATIVE_INFINITY,
    base: Number.NEGATIVE_INFINITY,
    lastArrival: 0,
    events: 0,
    late: 0,
    dead: 0,
    duplicates: 0,
    ended: false,
    children: [],
    outcomes: { version: '', counts: [] },
    views: new Map(),
    ids: new RememberedIds(),
  };
}

/** A view's state, made on first use. */
export function viewState(state: TaskState, view: ViewSpec): ViewState {
  let found = state.views.get(view.name);
  if (!found) {
    found = { dropped: Number.NEGATIVE_INFINITY, held: windowingOf(view).create() };
    state.views.set(view.name, found);
  }
  return found;
}
