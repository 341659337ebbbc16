import { AlignedState } from './aligned/aligned-state.ts';
import { type Cell, cellAt } from './aligned/cell.ts';
import type { Row } from './column.ts';
import { formatInstant, type Instant } from './instant.ts';
import { decodeKey, encodeKey } from './key.ts';
import { isClosed } from './lateness.ts';
import { paneWork } from './panes.ts';
import type { ViewState } from './state.ts';
import type { TimeWindowView, ViewSpec } from './view.ts';
import { lastWindowEnd, nextWindowEnd, sliceLength, type Window, windowEndingAt } from './window.ts';

/**
 * The windows of a view that hold panes in some of its tasks' states and end (with lateness) after `after` and at or before
 * `through`; by end.
 */
export function openWindows(view: TimeWindowView, states: readonly ViewState[], after: Instant, through: Instant): Window[] {
  const cells = states.flatMap((state) => [...cellsIn(state).values()].flat()).sort((a, b) => a.fromEnd - b.fromEnd);
  const windows: Window[] = [];
  // Ends lie on one grid, so the windows that a cell shares with earlier cells end at the last end of those.
  let covered = Number.NEGATIVE_INFINITY;
  for (const { start, fromEnd } of cells) {
    const last = lastWindowEnd(view.window, start);
    if (last <= covered) continue;
    for (let end = fromEnd > covered ? fromEnd : nextWindowEnd(view.window, covered); ; end = nextWindowEnd(view.window, end)) {
      if (!isClosed(end, view.allowedLateness, through)) break;
      if (!isClosed(end, view.allowedLateness, after)) windows.push(windowEndingAt(view.window, end));
      if (end >= last) break;
    }
    covered = last;
  }
  return windows;
}

/** The cells of a task that make up a window. */
export function cellsOf(view: TimeWindowView, state: ViewState, window: Window): Cell[] {
  const found: Cell[] = [];
  const take = (cells: readonly Cell[]): void => {
    for (const cell of cells) if (cell.fromEnd <= window.end) found.push(cell);
  };
  const slice = sliceLength(view.window);
  const held = cellsIn(state);
  // Iterates over the smaller set: the window's slices or the task's.
  if (slice > 0 && (window.end - window.start) / slice < held.size) {
    for (let { start } = window; start < window.end; start += slice) take(held.get(start) ?? []);
  } else {
    for (const [start, cells] of held) if (start >= window.start && start < window.end) take(cells);
  }
  return found;
}

/** A copy of a task's state of one key. */
export function onlyKey(view: TimeWindowView, state: ViewState, key: string): ViewState {
  const kept = new AlignedState(view);
  for (const { start, fromEnd, panes } of [...cellsIn(state).values()].flat()) {
    const pane = panes.get(key);
    if (pane) mergePane(view, cellAt(kept.cells, start, fromEnd).panes, key, pane);
  }
  return { dropped: state.dropped, held: kept };
}

/** The slices of a task. */
function cellsIn({ held }: ViewState): AlignedState['cells'] {
  return (held as AlignedState).cells;
}

/** Adds a window's panes of one task to the panes collected from others. The collection shares no memory with a task's state. */
export function collectPanes(view: TimeWindowView, state: ViewState, window: Window, into: Map<string, unknown[]>): void {
  for (const { panes } of cellsOf(view, state, window)) for (const [key, pane] of panes) mergePane(view, into, key, pane);
}

/** A view without key and with a global window has a result even without events, as in SQL. */
export function withRunningResult(view: ViewSpec, panes: Map<string, unknown[]>): Map<string, unknown[]> {
  if (view.window.kind === 'global' && view.key.length === 0 && panes.size === 0) {
    panes.set(encodeKey([]), paneWork(view).create());
  }
  return panes;
}

/** Merges one pane into those collected. */
export function mergePane(view: ViewSpec, into: Map<string, unknown[]>, key: string, pane: readonly unknown[]): void {
  const { create, merge } = paneWork(view);
  let target = into.get(key);
  if (!target) {
    target = create();
    into.set(key, target);
  }
  merge(target, pane);
}

/** A pane as a result row: key columns, `window_start` and `window_end` unless it is the global window, then the aggregates. */
export function resultRow(view: ViewSpec, key: string, window: Window, pane: readonly unknown[]): Row {
  const row: Row = Object.create(null) as Row;
  const values = decodeKey(key);
  view.key.forEach((part, i) => {
    row[part.name] = values[i] ?? null;
  });
  if (view.window.kind !== 'global') {
    [row.window_start, row.window_end] = boundsOf(window);
  }
  for (let i = 0; i < view.aggregates.length; i++) row[(view.aggregates[i] as AggregateOf).name] = resultOf(view, i, window, pane);
  return row;
}

/** Bounds as text: the rows of a window come by the thousand. */
const bounds = new WeakMap<Window, readonly [string, string]>();

function boundsOf(window: Window): readonly [string, string] {
  let found = bounds.get(window);
  if (!found) {
    found = [formatInstant(window.start), formatInstant(window.end)];
    bounds.set(window, found);
  }
  return found;
}

/** The values a pane's result row has in some columns, in their order; `undefined` for others than keys and aggregates. */
export function resultValues(view: ViewSpec, key: string, window: Window, pane: readonly unknown[], columns: readonly string[]): unknown[] {
  return columns.map((column) => {
    const aggregate = view.aggregates.findIndex(({ name }) => name === column);
    if (aggregate >= 0) return resultOf(view, aggregate, window, pane);
    const part = view.key.findIndex(({ name }) => name === column);
    return part < 0 ? undefined : (decodeKey(key)[part] ?? null);
  });
}

type AggregateOf = ViewSpec['aggregates'][number];

function resultOf(view: ViewSpec, at: number, window: Window, pane: readonly unknown[]): unknown {
  const { result, accumulator } = view.aggregates[at] as AggregateOf;
  return result ? result(pane, window) : accumulator.result(pane[at], window);
}
