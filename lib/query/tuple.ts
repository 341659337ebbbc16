import type { Row } from '../core/column.ts';
import { type Window, windowName } from '../core/window.ts';

/** A row and the window it belongs to; none where a view has no windows. */
export interface Tuple {
  readonly row: Row;
  readonly window: Window | undefined;
}

/** Told how many rows an operator looks at or gives, before it does; throws when that is too much. */
export type Spend = (rows: number) => void;

/** Columns, and characters, of which each so many count like a row more: memory is bounded along with rows, which are mostly smaller. */
const CELLS = 10;
const CHARACTERS = 50;

/** What a row of so many columns costs beyond the row itself. */
export function widthCost(columns: number): number {
  return Math.floor(columns / CELLS);
}

/** What the texts in a value cost. */
export function sizeCost(value: unknown): number {
  return Math.floor(sizeOf(value) / CHARACTERS);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + CELLS + sizeOf(inner), 0);
}

/** What it costs to have a row at all. */
export function tupleCost({ row }: Pick<Tuple, 'row'>): number {
  const values = Object.values(row);
  return values.reduce((sum: number, value) => sum + sizeCost(value), 1 + widthCost(values.length));
}

/** What tells tuples of one window from those of others; NULL where they have none. */
export function windowOf({ window }: Tuple): string | null {
  return window ? windowName(window) : null;
}

/** An empty row, of which no name is inherited. */
export function emptyRow(): Row {
  return Object.create(null) as Row;
}
