import type { Row } from '../core/column.ts';
import type { Window } from '../core/window.ts';

/** A row and the window it belongs to; none where a view has no windows. */
export interface Tuple {
  readonly row: Row;
  readonly window: Window | undefined;
}

/** What tells tuples of one window from those of others. */
export function windowName({ window }: Tuple): string {
  return window ? `${window.start}/${window.end}` : '';
}

/** An empty row, of which no name is inherited. */
export function emptyRow(): Row {
  return Object.create(null) as Row;
}
