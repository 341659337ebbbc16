import type { Column, Row } from '../core/column.ts';
import type { Instant } from '../core/instant.ts';
import type { StreamSpec, ViewSpec } from '../core/view.ts';
import type { Format } from '../formats/format.ts';
import type { DerivedViewPlan } from './relation.ts';

export type { AggregatePlan, KeyPlan } from '../core/view.ts';

/** A compiled application: everything the engine needs, validated, as plain data and functions. */
export interface Plan {
  readonly name: string;
  readonly streams: readonly StreamPlan[];
  readonly views: readonly ViewPlan[];
  /** views over those views */
  readonly derived: readonly DerivedViewPlan[];
  /** the default view: the last one of an application's SQL */
  readonly main?: string;
}

/** A stream and how its records become events. */
export interface StreamPlan extends StreamSpec {
  readonly columns: readonly Column[];
  /** the column with the event time; without one, the event time is the arrival time */
  readonly eventTime?: string;
  /** milliseconds without an event after which a shard is idle */
  readonly idleTimeout: number;
  /** the column that producers use as the partition key, if any */
  readonly partitionKey?: string;
  readonly aggregation?: 'kpl';
  /** how records' payloads become values; default JSON */
  readonly format?: Format;
  /** Validates one decoded JSON value and returns its row. Never throws. */
  readonly validate: (value: unknown) => Validated;
}

/** A row and its event time (`undefined` if the stream has no such column), or why there is no row. */
export type Validated = { readonly row: Row; readonly time: Instant | undefined } | { readonly reason: string };

/** A keyed, windowed aggregate over a stream. */
export interface ViewPlan extends ViewSpec {
  /** a part of a derived view: stored like any other view, but not visible to users */
  readonly hidden?: boolean;
  /** each event is a separate key: nothing is aggregated, rows are appended */
  readonly appends?: boolean;
  /** retention of results in milliseconds, from when they are written */
  readonly retention: number;
  /** whether a readable item per key and window is written in addition to the pages */
  readonly rows: boolean;
  /** the columns of a result row, in order: key columns, `window_start`, `window_end`, aggregates (`final` is added by readers) */
  readonly columns: readonly Column[];
}
