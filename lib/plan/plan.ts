import type { Column, Row } from '../core/column.ts';
import type { Instant } from '../core/instant.ts';
import type { StreamSpec, ViewSpec } from '../core/view.ts';
import type { Format } from '../formats/format.ts';
import type { DerivedViewPlan } from './relation.ts';

export type { AggregatePlan, KeyPlan } from '../core/view.ts';

/** What `compile` makes of an application: everything the engine needs, checked, as plain data and functions. */
export interface Plan {
  readonly name: string;
  readonly streams: readonly StreamPlan[];
  readonly views: readonly ViewPlan[];
  /** views over those views */
  readonly derived: readonly DerivedViewPlan[];
  /** the view that is meant when none is named: the last one of an application's SQL */
  readonly main?: string;
}

/** A stream and how its records become events. */
export interface StreamPlan extends StreamSpec {
  readonly columns: readonly Column[];
  /** the column that holds an event's time; without, an event's time is when it reached the stream */
  readonly eventTime?: string;
  /** milliseconds without an event after which a shard counts as silent */
  readonly idleTimeout: number;
  /** the column producers partition by, when they do by one */
  readonly partitionKey?: string;
  readonly aggregation?: 'kpl';
  /** how records' payloads become values; default JSON */
  readonly format?: Format;
  /** Checks one decoded JSON value and gives the row the schema makes of it. Never throws. */
  readonly validate: (value: unknown) => Validated;
}

/** A row and the instant in its event time column, `undefined` if the stream has no such column; or why there is no row. */
export type Validated = { readonly row: Row; readonly time: Instant | undefined } | { readonly reason: string };

/** A keyed, windowed aggregate over a stream. */
export interface ViewPlan extends ViewSpec {
  /** a part of a derived view: stored like any other, but not shown by itself */
  readonly hidden?: boolean;
  /** each event is a key of its own: nothing is aggregated, rows are appended */
  readonly appends?: boolean;
  /** milliseconds results are kept, counted from when they are written */
  readonly retention: number;
  /** whether a readable item per key and window is written besides the pages */
  readonly rows: boolean;
  /** the columns of a result row, in order: key columns, `window_start`, `window_end`, aggregates (`final` is added by readers) */
  readonly columns: readonly Column[];
}
