import { printable } from './printable.ts';

/** Formats rows as a table: columns as wide as the first rows need, numbers aligned to the right. */
export class Table {
  readonly #columns: readonly string[];
  #widths: number[] | undefined;

  /** @param columns the names of the values to show, in order */
  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  /** The lines of some rows; the first call adds a header with the column names. */
  lines(rows: readonly Readonly<Record<string, unknown>>[]): string {
    const cells = rows.map((row) => this.#columns.map((column) => cellText(row[column])));
    const first = this.#widths === undefined;
    this.#widths ??= this.#columns.map((column, i) => Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)));
    const numeric = rows.map((row) => this.#columns.map((column) => typeof row[column] === 'number'));
    const lines = cells.map((row, at) => this.#line(row, (i) => numeric[at]?.[i] === true));
    return (first ? [this.#line(this.#columns, () => false), ...lines] : lines).map((line) => `${line}\n`).join('');
  }

  #line(cells: readonly string[], right: (column: number) => boolean): string {
    const padded = cells.map((cell, i) => (right(i) ? cell.padStart(this.#widths?.[i] ?? 0) : cell.padEnd(this.#widths?.[i] ?? 0)));
    return padded.join('  ').trimEnd();
  }
}

/** A value in one line. */
function cellText(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return printable(text);
}
