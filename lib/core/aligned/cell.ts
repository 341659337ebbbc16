import { type Codec, list, number, record, text } from '../codec.ts';
import type { Instant } from '../instant.ts';
import { readPanes, writePanes } from '../pane-codec.ts';
import type { ViewSpec } from '../view.ts';

/**
 * The panes of one slice that count from a certain window on: nearly always the earliest window with the slice. An event that is
 * late for some of its windows goes to a cell that starts at the first open window, so that closed windows do not change.
 */
export interface Cell {
  readonly start: Instant;
  /** end of the earliest window the cell counts in */
  readonly fromEnd: Instant;
  /** accumulator states by key, in the order of the view's aggregates */
  readonly panes: Map<string, unknown[]>;
}

/** Cells by slice start. */
export type Cells = Map<Instant, Cell[]>;

/** Panes of one cell, as a batch adds them: `panes[j][i]` is the state of aggregate i for `keys[j]`. */
export interface CellDelta {
  readonly start: Instant;
  readonly fromEnd: Instant;
  readonly keys: readonly string[];
  readonly panes: readonly unknown[][];
}

/** The cell of a slice that counts from one window on, made on first use. */
export function cellAt(cells: Cells, start: Instant, fromEnd: Instant): Cell {
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

const head = record<Pick<CellDelta, 'start' | 'fromEnd' | 'keys'>>({ start: number, fromEnd: number, keys: list(text) });

/** The panes of one cell, column by column: all keys, then all states of one aggregate, then of the next. */
export function cellCodec(view: ViewSpec): Codec<CellDelta> {
  return {
    write: (cell, out) => {
      head.write(cell, out);
      writePanes(view, cell.panes, out);
    },
    read: (input) => {
      const { start, fromEnd, keys } = head.read(input);
      return { start, fromEnd, keys, panes: readPanes(view, keys.length, input) };
    },
  };
}
