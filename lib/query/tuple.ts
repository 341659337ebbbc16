import type { Row } from '../core/column.ts';
import { type Window, windowName } from '../core/window.ts';

/** A row and the window it belongs to; none where a view has no windows. */
export interface Tuple {
  readonly row: Row;
  readonly window: Window | undefined;
}

/** Told how many rows an operator looks at or gives, before it does; throws when that is too much. */
export type Spend = (rows: number) => void;

/** What tells tuples of one window from those of others; NULL where they have none. */
export function windowOf({ window }: Tuple): string | null {
  return window ? windowName(window) : null;
}

/** An empty row, of which no name is inherited. */
export function emptyRow(): Row {
  return Object.create(null) as Row;
}
