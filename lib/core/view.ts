import type { Accumulator, Position } from './accumulator.ts';
import type { ColumnType, Row } from './column.ts';
import type { TimeWindowSpec, Window, WindowSpec } from './window.ts';
import { isKeyWindow, type KeyWindowSpec } from './windows/key-window-spec.ts';

/** What the engine needs to know of a stream. */
export interface StreamSpec {
  readonly name: string;
  /** milliseconds the watermark stays behind the greatest event time seen */
  readonly maxOutOfOrderness: number;
  /** milliseconds an event may be ahead of its arrival; beyond, it is dead */
  readonly maxAhead: number;
  /** milliseconds the clock of a shard may be behind the arrival of an event, `maxOutOfOrderness` not counted */
  readonly maxBehind: number;
}

/** What the engine needs to know of a view: a keyed, windowed aggregate over a stream. */
export interface ViewSpec {
  readonly name: string;
  /** the stream it reads */
  readonly stream: string;
  /** filters and maps in order; each gives the row to go on with, or `undefined` to drop the event from this view */
  readonly transforms: readonly ((row: Row) => Row | undefined)[];
  /** makes several rows of an event, or none, before its transforms; without, an event is one row */
  readonly expand?: (event: Row) => readonly Row[];
  readonly key: readonly KeyPlan[];
  readonly window: WindowSpec;
  /** events fall into windows by when they arrived, not by when they happened: then none is late */
  readonly arrival?: boolean;
  /** keys of a view of all time that each task may hold: they never go; an event of one more is dead. Views with windows have no bound */
  readonly maxKeys?: number;
  /** milliseconds past a window's end in which it still takes events */
  readonly allowedLateness: number;
  readonly aggregates: readonly AggregatePlan[];
  /** a digest of the structure and the version: an entry of another fingerprint is refused, never misread */
  readonly fingerprint: string;
}

/** A view whose windows are the same for every key. */
export type TimeWindowView = ViewSpec & { readonly window: TimeWindowSpec };

/** A view whose windows come from a key's own events. */
export type KeyWindowView = ViewSpec & { readonly window: KeyWindowSpec };

/** Whether a view's windows come from a key's own events. */
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
  if (isKeyWindow(window)) throw new RangeError(`the windows of view "${view.name}" come from its keys' events`);
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
  /** Adds what an event of this view contributes (its filter and NULL rules applied); returns the state to go on with. */
  readonly add: (acc: unknown, row: Row, position: Position) => unknown;
  /** Reads the result from a pane's states, where another aggregate's state holds it; default the accumulator's own. */
  readonly result?: (pane: readonly unknown[], window?: Window) => unknown;
}
