import type { Accumulator, Position } from './accumulator.ts';
import type { ColumnType, Row } from './column.ts';
import type { TimeWindowSpec, Window, WindowSpec } from './window.ts';
import { isKeyWindow, type KeyWindowSpec } from './windows/key-window-spec.ts';

/** The properties of a stream that the engine uses. */
export interface StreamSpec {
  readonly name: string;
  /** milliseconds the watermark stays behind the greatest event time seen */
  readonly maxOutOfOrderness: number;
  /** milliseconds an event may be ahead of its arrival; beyond, it is dead */
  readonly maxAhead: number;
  /** milliseconds the clock of a shard may be behind the arrival of an event, `maxOutOfOrderness` not counted */
  readonly maxBehind: number;
  /** how duplicates of producers are found; absent: every event counts */
  readonly dedupe?: DedupeSpec;
}

/** How a stream's duplicates are found. */
export interface DedupeSpec {
  /** the column with the partition key, which is checked for every event */
  readonly partitionKey: string;
  /** the column with an event's id, which is unique among the events of a partition key */
  readonly by: string;
  /** milliseconds of event time for which an id is remembered */
  readonly within: number;
  /** the maximum number of ids that a shard remembers; an event beyond it is dead */
  readonly maxIds: number;
}

/** What the engine needs to know of a view: a keyed, windowed aggregate over a stream. */
export interface ViewSpec {
  readonly name: string;
  /** the stream it reads */
  readonly stream: string;
  /** filters and maps in order; each returns the row for the next one, or `undefined` to drop the event from this view */
  readonly transforms: readonly ((row: Row) => Row | undefined)[];
  /** makes any number of rows of an event before the transforms; without it, an event is one row */
  readonly expand?: (event: Row) => readonly Row[];
  readonly key: readonly KeyPlan[];
  readonly window: WindowSpec;
  /** windows use the arrival time of events instead of event time; then no event is late */
  readonly arrival?: boolean;
  /** the maximum number of keys per task for a view with a global window, whose keys are never evicted; an event beyond it is dead. Other views have no limit */
  readonly maxKeys?: number;
  /** milliseconds past a window's end in which it still takes events */
  readonly allowedLateness: number;
  readonly aggregates: readonly AggregatePlan[];
  /** a digest of the structure and the version: an entry with another fingerprint is rejected, never misread */
  readonly fingerprint: string;
}

/** A view with aligned windows. */
export type TimeWindowView = ViewSpec & { readonly window: TimeWindowSpec };

/** A view with unaligned windows. */
export type KeyWindowView = ViewSpec & { readonly window: KeyWindowSpec };

/** Whether a view has unaligned windows. */
export function hasKeyWindows<V extends ViewSpec>(view: V): view is V & KeyWindowView {
  return isKeyWindow(view.window);
}

/**
 * A view of which {@link hasKeyWindows} is known to be false.
 *
 * @throws RangeError when it is not
 */
export function timed<V extends ViewSpec>(view: V): V & TimeWindowView {
  const { window } = view;
  if (isKeyWindow(window)) throw new RangeError(`view "${view.name}" has unaligned windows`);
  return view as V & TimeWindowView;
}

/** One part of a view's key. */
export interface KeyPlan {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** the position counts where each event is a key of its own */
  readonly value: (row: Row, position: Position) => unknown;
}

/** One result column of a view. */
export interface AggregatePlan {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a plan holds accumulators of every state type side by side
  readonly accumulator: Accumulator<any, any, unknown>;
  /** Adds an event of this view (after its filter and NULL rules); returns the new state. */
  readonly add: (acc: unknown, row: Row, position: Position) => unknown;
  /** Reads the result from a pane's states, where another aggregate's state holds it; default the accumulator's own. */
  readonly result?: (pane: readonly unknown[], window?: Window) => unknown;
}
