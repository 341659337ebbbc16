import type { Row } from '../../core/column.ts';
import type { Instant } from '../../core/instant.ts';
import type { Window } from '../../core/window.ts';
import type { NotedRefusal } from '../../store/ports.ts';
import type { UnitMeter } from '../units.ts';

/** How far a reader has seen: a read with this position never returns an older state. */
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
  /** milliseconds: one row per interval of this length instead of one per window; only for tumbling windows, a multiple of their size */
  readonly every?: number | undefined;
  readonly asOf?: AsOf | undefined;
}

/** Selects a window by its start. If several have the same start: also by its end, or else the longest one that has rows. */
export interface WantedWindow {
  readonly start: Instant;
  readonly end: Instant | undefined;
}

/** All keys of one window. */
export interface WindowQuery {
  readonly view: string;
  /** `latest`: the newest window that has started; `latest_final`: the newest with final results; or one by its bounds */
  readonly window: 'latest' | 'latest_final' | WantedWindow;
  /** columns to sort by, the most significant first; ties are ordered by key */
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limit: number;
  /** continue after this row: its window, the row's values of the sort columns and its encoded key */
  readonly after?: { readonly window: Window; readonly values: readonly unknown[]; readonly key: string } | undefined;
  readonly asOf?: AsOf | undefined;
}

/** A result row: the view's columns and whether it can still change. */
export type ResultRow = Row & { final: boolean };

/** Rows, and where to continue. */
export interface RowsPage<After> {
  readonly rows: readonly ResultRow[];
  /** pass it as `after` for the next page; `undefined` at the end. A page can have fewer rows than requested even if more follow */
  readonly next: After | undefined;
  readonly asOf: AsOf;
  /** the least watermark over the shards; −Infinity before the first event */
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

/** A window, and the cost of reading its final rows. */
export interface ListedWindow extends WindowInfo {
  /** the number of pages of its rows; none while they are in the tasks' states */
  readonly pages: number;
}

/** Which windows of a view to list, by start. */
export interface WindowsQuery {
  readonly view: string;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** continue after this window */
  readonly after?: Window | undefined;
  readonly asOf?: AsOf | undefined;
}

/** Windows, and where to continue. */
export interface WindowsPage {
  readonly windows: readonly ListedWindow[];
  readonly next: Window | undefined;
  readonly asOf: AsOf;
  readonly watermark: Instant;
  readonly units: UnitMeter;
}

/** A position in a list of kept events. */
export interface KeptAfter {
  /** the stream to continue in; optional if there is only one */
  readonly stream: string;
  /** the entry to continue in or after; '' for the newest */
  readonly before: string;
  /** the number of events of the next entry that were already returned */
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
  /** late events: the views that could not count it in all of its windows */
  readonly views?: readonly string[];
  /** dead letters: why */
  readonly reason?: string;
  /** the original data, truncated at a cap; `undefined` if the entry's cap was reached */
  readonly bytes: Uint8Array | undefined;
}

/** Kept events, newest first, and where to continue. */
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
  readonly duplicates: number;
  readonly ended: boolean;
  /** absent unless the circuit breaker keeps the shard standing still */
  readonly refusal?: NotedRefusal;
}
