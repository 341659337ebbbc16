import type { Page, Paged } from '../client/client.ts';
import { ERRORS } from '../core/column.ts';
import { printable, printableJson } from './printable.ts';
import { Table } from './table.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints rows as they arrive.
 *
 * @param json prints one JSON object per line instead of a table
 * @param limit maximum number of rows; default all
 * @returns the exit code: 0, or 130 if it was interrupted
 */
export async function printRows<R extends object>(
  terminal: Terminal,
  rows: Pick<Paged<R, Page<R>>, 'page'>,
  json: boolean,
  limit = Number.POSITIVE_INFINITY,
): Promise<number> {
  let table: Table | undefined;
  let left = limit;
  try {
    for (let cursor: string | undefined; left > 0; ) {
      const page = await rows.page(cursor);
      const shown = page.rows.slice(0, left) as readonly Readonly<Record<string, unknown>>[];
      left -= shown.length;
      if (shown.length > 0) {
        table ??= new Table(Object.keys(shown[0] as object).filter((name) => name !== ERRORS));
        await terminal.out(json ? jsonLines(shown) : table.lines(shown));
      }
      if (!json) for (const row of shown) terminal.err(errorsOf(row));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    if (table === undefined && !json) terminal.err('no rows\n');
    return 0;
  } catch (error) {
    if (terminal.interrupted.aborted) return 130;
    throw error;
  }
}

/** What a table does not show: why columns of a row are NULL. */
function errorsOf(row: Readonly<Record<string, unknown>>): string {
  const errors = Object.entries((row[ERRORS] ?? {}) as Readonly<Record<string, string>>);
  return errors.map(([column, reason]) => `${printable(column)} is null in a row: ${printable(reason)}\n`).join('');
}

/** One JSON object per line. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map(printableJson).join('');
}
