import type { Instant } from './instant.ts';
import { SLOTS } from './stored.ts';
import { GLOBAL_SLICE } from './window.ts';
import type { Span } from './windows/session.ts';

/**
 * What a task holds between batches: a function of its log alone. It changes only by `apply`, which runs once an entry is
 * known to be written.
 */
export interface TaskState {
  /** index of the last entry applied; 0: none */
  index: number;
  /** the writer of that entry */
  nonce: string;
  /** sequence number of the last record committed; '' before the first */
  sequence: string;
  watermark: Instant;
  /** the watermark as of the last event (or the genesis): where the clock starts when all shards fall silent */
  base: Instant;
  /** arrival of the last record (or the instant of the genesis) */
  lastArrival: Instant;
  /** how many events (dead ones included) were taken: gives each its ordinal */
  events: number;
  /** totals since the beginning */
  late: number;
  dead: number;
  /** a drained, closed shard: no entry follows */
  ended: boolean;
  children: readonly string[];
  /** the last outcomes of this version, newest last: what the breaker looks at */
  outcomes: Outcomes;
  readonly views: Map<string, ViewState>;
  /** hash slots: 1 for those touched since the last checkpoint */
  readonly dirty: Uint8Array;
  /** when something was last written of a view that is not known here */
  unknownViewAt: Instant | undefined;
  /** commit time of the oldest entry no checkpoint covers */
  oldestUncovered: Instant | undefined;
  /** entries and bytes since the last checkpoint */
  uncoveredEntries: number;
  uncoveredBytes: number;
}

/** Counts of good and dead records per entry, for the breaker: by record, since one record may hold any number of events. */
export interface Outcomes {
  /** the deployed version they belong to */
  readonly version: string;
  readonly counts: readonly (readonly [good: number, dead: number])[];
}

/** A view's open panes in one task. */
export interface ViewState {
  /** the boundary up to which this task has dropped panes that were merged */
  dropped: Instant;
  /** cells by slice start */
  readonly cells: Map<Instant, Cell[]>;
  /** where windows come from a key's own events, there are no cells but each key's spans, by reach */
  readonly spans: Map<string, Span[]>;
  /** no span ends before this; the one that did may have gone on since */
  earliestEnd: Instant;
}

/**
 * The panes of one slice that count from one window on. Nearly always the earliest window that holds the slice; an event
 * late for some of its windows goes to a cell that starts at the first window still open, so that closed ones stay as they were.
 */
export interface Cell {
  readonly start: Instant;
  /** end of the earliest window the cell counts in */
  readonly fromEnd: Instant;
  /** accumulator states by key, in the order of the view's aggregates */
  readonly panes: Map<string, unknown[]>;
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
    ended: false,
    children: [],
    outcomes: { version: '', counts: [] },
    views: new Map(),
    dirty: new Uint8Array(SLOTS),
    unknownViewAt: undefined,
    oldestUncovered: undefined,
    uncoveredEntries: 0,
    uncoveredBytes: 0,
  };
}

/** The keys that are held of a view of all time; `undefined` when there are none yet. */
export function heldKeys({ cells }: ViewState): ReadonlyMap<string, unknown> | undefined {
  return cells.get(GLOBAL_SLICE)?.[0]?.panes;
}

/** A view's state, made on first use. */
export function viewState(state: TaskState, view: string): ViewState {
  let found = state.views.get(view);
  if (!found) {
    found = { dropped: Number.NEGATIVE_INFINITY, cells: new Map(), spans: new Map(), earliestEnd: Number.POSITIVE_INFINITY };
    state.views.set(view, found);
  }
  return found;
}

/** The cell of a slice that counts from one window on, made on first use. */
export function cellAt(cells: Map<Instant, Cell[]>, start: Instant, fromEnd: Instant): Cell {
  let atStart = cells.get(start);
  if (!atStart) {
    atStart = [];
    cells.set(start, atStart);
  }
  let cell = atStart.find((c) => c.fromEnd === fromEnd);
  if (!cell) {
    cell = { start, fromEnd, panes: new Map() };
    atStart.push(cell);
  }
  return cell;
}
