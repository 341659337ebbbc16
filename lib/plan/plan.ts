import type { Accumulator, Position } from '../core/accumulator.ts';
import type { Column, ColumnType, Row } from '../core/column.ts';
import type { WindowSpec } from '../core/window.ts';

/** What `compile` makes of an application: everything the engine needs, checked, as plain data and functions. */
export interface Plan {
  readonly name: string;
  readonly streams: readonly StreamPlan[];
  readonly views: readonly ViewPlan[];
}

/** A stream and how its records become events. */
export interface StreamPlan {
  readonly name: string;
  readonly columns: readonly Column[];
  /** the column that holds an event's time */
  readonly eventTime: string;
  /** milliseconds the watermark stays behind the greatest event time seen */
  readonly maxOutOfOrderness: number;
  /** milliseconds an event may be ahead of its arrival; beyond, it is dead */
  readonly maxAhead: number;
  /** milliseconds without an event after which a shard counts as silent */
  readonly idleTimeout: number;
  /** the column producers partition by, when they do by one */
  readonly partitionKey?: string;
  readonly aggregation?: 'kpl';
  /** Checks one decoded JSON value and gives the row the schema makes of it. Never throws. */
  readonly validate: (value: unknown) => Validated;
}

/** A row, or why there is none. */
export type Validated = { readonly row: Row } | { readonly reason: string };

/** A keyed, windowed aggregate over a stream. */
export interface ViewPlan {
  readonly name: string;
  /** the stream it reads */
  readonly stream: string;
  /** filters and maps in order; each gives the row to go on with, or `undefined` to drop the event from this view */
  readonly transforms: readonly ((row: Row) => Row | undefined)[];
  readonly key: readonly KeyPlan[];
  readonly window: WindowSpec;
  /** milliseconds past a window's end in which it still takes events */
  readonly allowedLateness: number;
  /** milliseconds results are kept, counted from when they are written */
  readonly retention: number;
  /** whether a readable item per key and window is written besides the pages */
  readonly rows: boolean;
  readonly aggregates: readonly AggregatePlan[];
  /** the columns of a result row, in order: key columns, `window_start`, `window_end`, aggregates (`final` is added by readers) */
  readonly columns: readonly Column[];
  /** a digest of the structure and the version: entries of another fingerprint are not applied to this view */
  readonly fingerprint: string;
}

/** One part of a view's key. */
export interface KeyPlan {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  readonly value: (row: Row) => unknown;
}

/** One result column of a view. */
export interface AggregatePlan {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a plan holds accumulators of every state type side by side
  readonly accumulator: Accumulator<any, any, unknown>;
  /** Adds what an event of this view contributes (its filter and NULL rules applied); returns the state to go on with. */
  readonly add: (acc: unknown, row: Row, position: Position) => unknown;
}
