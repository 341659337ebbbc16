import type { Row } from '../../core/column.ts';
import { MillraceError } from '../../core/errors.ts';
import { resultRow } from '../../core/result.ts';
import type { Window } from '../../core/window.ts';
import type { KeyWindowPlan } from '../carried.ts';
import { cellsTouching, finalWindowsTouching } from './final-key-windows.ts';
import { windowsNotFinal } from './open-windows.ts';
import type { ListedWindow, WindowsPage } from './query.ts';
import type { Reading } from './reading.ts';

/** A row and its window. */
interface WindowedRow {
  readonly row: Row;
  readonly window: Window;
}

/**
 * All rows of a view with unaligned windows, final and open, in windows that touch `[from, to]`; by start, end and key.
 *
 * @param most the maximum number of rows
 * @throws MillraceError `argument` when there are more
 */
export async function rowsOfKeyWindows(
  reading: Reading,
  view: KeyWindowPlan,
  { from, to }: { readonly from: number; readonly to: number },
  most: number,
): Promise<readonly WindowedRow[]> {
  const snapshot = await reading.snapshot(view);
  const live = windowsNotFinal(view, snapshot)
    .filter(({ window }) => window.start <= to && window.end >= from)
    .flatMap(({ window, panes }) => Array.from(panes(), ([key, pane]) => ({ key, ...window, pane })));
  const final = await finalWindowsTouching(reading, view, { from, to, through: snapshot.through, limit: most - live.length });
  if (!final) {
    throw new MillraceError(
      'argument',
      `this would read more than ${most} rows of view "${view.name}": ask for less time, e.g. by from and to`,
    );
  }
  return [...final, ...live]
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ key, start, end, pane }) => ({ row: resultRow(view, key, { start, end }, pane), window: { start, end } }));
}

/**
 * The places of the rows of a view with unaligned windows that touch `[from, to]`, newest first: cells in which
 * final windows are stored, and open windows.
 *
 * @param limit the maximum number; `next` is set if there are more
 */
export async function listCells(
  reading: Reading,
  view: KeyWindowPlan,
  { from, to }: { readonly from: number; readonly to: number },
  limit: number,
): Promise<Pick<WindowsPage, 'windows' | 'next'>> {
  const snapshot = await reading.snapshot(view);
  const live = windowsNotFinal(view, snapshot)
    .filter(({ window }) => window.start <= to && window.end >= from)
    .map(({ window, keys }): ListedWindow => ({ ...window, final: false, keys: keys(), pages: 0 }));
  const final = await cellsTouching(reading, view, { from, to, through: snapshot.through, limit });
  const all = [
    ...final.map(({ start, end, keys, bits }): ListedWindow => ({ start, end, final: true, keys, pages: 2 ** bits })),
    ...live,
  ].sort((a, b) => b.start - a.start || b.end - a.end);
  const windows = all.slice(0, limit);
  return { windows, next: all.length > limit ? windows.at(-1) : undefined };
}
