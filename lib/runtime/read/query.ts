import type { Row } from '../../core/column.ts';
import type { Instant } from '../../core/instant.ts';
import type { Window } from '../../core/window.ts';
import type { UnitMeter } from '../units.ts';

/** How far a reader has seen: what it is given back it never goes behind. */
export interface AsOf {
  /** last entry seen by shard */
  readonly tasks: Readonly<Record<string, number>>;
  /** the boundary of final results; −Infinity when there are none */
  readonly mergedThrough: Instant;
}

/** All windows of one key. */
export interface KeyQuery {
  readonly view: string;
  /** the key's values, in the order of the view's key columns */
  readonly key: readonly unknown[];
  /** windows that start at or after this instant */
  readonly from?: Instant | undefined;
  /** windows that start before this instant */
  readonly to?: Instant | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** go on behind this window (or roll-up) */
  readonly after?: Window | undefined;
  /** milliseconds: one row for this much time instead of one a window; tumbling windows only, a multiple of their size */
  readonly every?: number | undefined;
  readonly asOf?: AsOf | undefined;
}

/** A window by its start; where several start together, by its end too, or else the longest that holds rows. */
export interface WantedWindow {
  readonly start: Instant;
  readonly end: Instant | undefined;
}

/** All keys of one window. */
export interface WindowQuery {
  readonly view: string;
  /** `latest`: the newest that has begun; `latest_final`: the newest whose results are final; or which one */
  readonly window: 'latest' | 'latest_final' | WantedWindow;
  /** columns to sort by, first one first; ties by key */
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limit: number;
  /** go on behind this row: its window, the row's values of the sort columns and its encoded key */
  readonly after?: { readonly window: Window; readonly values: readonly unknown[]; readonly key: string } | undefined;
  readonly asOf?: AsOf | undefined;
}

/** A result row: the view's columns and whether it can still change. */
export type ResultRow = Row & { final: boolean };

/** Rows, and where to go on. */
export interface RowsPage<After> {
  readonly rows: readonly ResultRow[];
  /** give it as `after` for what follows; `undefined` at the end. A page may hold fewer rows than asked for and still go on */
  readonly next: After | undefined;
  readonly asOf: AsOf;
  /** how far event time has come in the slowest shard; −Infinity before the first event */
  readonly watermark: Instant;
  readonly units: UnitMeter;
}

/** A window of a view. */
export interface WindowInfo {
  readonly start: Instant;
  readonly end: Instant;
  readonly final: boolean;
  readonly keys: number;
}

/** A window, and what reading its final rows takes. */
export interface ListedWindow extends WindowInfo {
  /** how many pages its rows are in; none while they are in the tasks' states */
  readonly pages: number;
}

/** Which windows of a view to list, by start. */
export interface WindowsQuery {
  readonly view: string;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** go on behind this window */
  readonly after?: Window | undefined;
  readonly asOf?: AsOf | undefined;
}

/** Windows, and where to go on. */
export interface WindowsPage {
  readonly windows: readonly ListedWindow[];
  readonly next: Window | undefined;
  readonly asOf: AsOf;
  readonly watermark: Instant;
  readonly units: UnitMeter;
}

/** Where to go on in a list of kept events. */
export interface KeptAfter {
  /** the stream to go on in; the one there is, when there is but one */
  readonly stream: string;
  /** the entry to go on in or behind; '' for the newest */
  readonly before: string;
  /** events of the next entry already seen */
  readonly skip: number;
}

/** A late event or a dead letter. */
export interface KeptEvent {
  readonly shard: string;
  readonly sequence: string;
  readonly arrival: Instant;
  readonly committedAt: Instant;
  /** late events: the event's time */
  readonly time?: Instant;
  /** late events: the views that could not count it in every window */
  readonly views?: readonly string[];
  /** dead letters: why */
  readonly reason?: string;
  /** as it came, cut at a cap; `undefined` when the entry's cap was reached */
  readonly bytes: Uint8Array | undefined;
}

/** Kept events, newest first, and where to go on. */
export interface KeptPage {
  readonly events: readonly KeptEvent[];
  readonly next: KeptAfter | undefined;
  readonly units: UnitMeter;
}

/** How a stream is doing. */
export interface StreamHealth {
  readonly stream: string;
  readonly shards: readonly ShardHealth[];
  /** least watermark over the shards; −Infinity before the first event */
  readonly watermark: Instant;
  readonly views: readonly { readonly view: string; readonly mergedThrough: Instant }[];
}

/** How a shard's task is doing. */
export interface ShardHealth {
  readonly shard: string;
  /** entries committed */
  readonly index: number;
  readonly sequence: string;
  readonly watermark: Instant;
  readonly lastArrival: Instant;
  readonly events: number;
  readonly late: number;
  readonly dead: number;
  readonly ended: boolean;
}
