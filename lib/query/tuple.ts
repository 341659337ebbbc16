import type { Row } from '../core/column.ts';
import { type Window, windowName } from '../core/window.ts';

/** A row and the window it belongs to; none where a view has no windows. */
export interface Tuple {
  readonly row: Row;
  readonly window: Window | undefined;
  /** why columns of the row are NULL that could not be computed, by name; absent if there are none */
  readonly errors?: Readonly<Record<string, string>>;
}

/** Called with the number of rows that an operator will read or return, before it does; throws if that is too much. */
export type Spend = (rows: number) => void;

/** The numbers of columns and of characters that count as one more row, so that the limit of rows also limits memory. */
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

/** The base cost of a row. */
export function tupleCost({ row }: Pick<Tuple, 'row'>): number {
  const values = Object.values(row);
  return values.reduce((sum: number, value) => sum + sizeCost(value), 1 + widthCost(values.length));
}

/** Identifies the window of a tuple; NULL if it has none. */
export function windowOf({ window }: Tuple): string | null {
  return window ? windowName(window) : null;
}

/** An empty row without inherited names. */
export function emptyRow(): Row {
  return Object.create(null) as Row;
}
