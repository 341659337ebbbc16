import type { Position } from '../accumulator.ts';
import type { Row } from '../column.ts';
import { keyOf, transformed } from '../event-key.ts';
import type { Instant } from '../instant.ts';
import { firstOpenEnd } from '../lateness.ts';
import { type Adds, addsOf, paneWork } from '../panes.ts';
import type { TimeWindowView } from '../view.ts';
import { firstWindowEnd, sliceLength, sliceStart } from '../window.ts';
import type { DeltaBuilder } from '../windowing.ts';
import { type Cell, type CellDelta, type Cells, cellAt } from './cell.ts';

/** What a batch adds to a view with aligned windows, by cell. */
export class CellDeltaBuilder implements DeltaBuilder<readonly CellDelta[]> {
  readonly view: TimeWindowView;
  readonly #slice: number;
  readonly #adds: Adds;
  readonly #create: () => unknown[];
  readonly #cells: Cells = new Map();
  #last: Cell | undefined;

  constructor(view: TimeWindowView) {
    this.view = view;
    this.#slice = sliceLength(view.window);
    this.#adds = addsOf(view);
    this.#create = paneWork(view).create;
  }

  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean {
    const row = transformed(this.view, event);
    return row === undefined || this.addTo(keyOf(this.view.key, row, position), row, position, watermark, arrival);
  }

  /**
   * Adds one event, after the view's filters and maps, to its key.
   *
   * @returns as {@link DeltaBuilder.add}
   */
  addTo(key: string, row: Row, position: Position, watermark: Instant, arrival: Instant): boolean {
    const { view } = this;
    const start = sliceStart(view.window, view.arrival ? arrival : position.time, this.#slice);
    const firstEnd = firstWindowEnd(view.window, start);
    const fromEnd = firstOpenEnd(view, start, firstEnd, watermark);
    if (fromEnd === undefined) return false;
    const pane = this.#pane(start, fromEnd, key);
    for (const { at, add } of this.#adds) pane[at] = add(pane[at], row, position);
    return fromEnd === firstEnd;
  }

  /** What was added, in a stable order of cells. */
  finish(): readonly CellDelta[] {
    const cells = [...this.#cells.values()].flat().sort((a, b) => a.start - b.start || a.fromEnd - b.fromEnd);
    return cells.map(({ start, fromEnd, panes }) => ({ start, fromEnd, keys: [...panes.keys()], panes: [...panes.values()] }));
  }

  #pane(start: Instant, fromEnd: Instant, key: string): unknown[] {
    let cell = this.#last;
    if (cell?.start !== start || cell.fromEnd !== fromEnd) {
      cell = cellAt(this.#cells, start, fromEnd);
      this.#last = cell;
    }
    let pane = cell.panes.get(key);
    if (pane === undefined) {
      pane = this.#create();
      cell.panes.set(key, pane);
    }
    return pane;
  }
}
