import { decodeSpans } from '../../core/page-codec.ts';
import type { KeySpan } from '../../core/unaligned/span-codec.ts';
import { type Window, windowLengths, windowName } from '../../core/window.ts';
import { cellLength, cellStart } from '../../core/windows/key-window.ts';
import type { FinalWindow, Page } from '../../store/ports.ts';
import type { KeyWindowPlan } from '../carried.ts';
import { type FinalRange, finalWindows, lost, opened, pagesOfKey, pagesOfWindows } from './final-panes.ts';
import { isBehind, type KeyPane, type PaneRange } from './pane-range.ts';
import { viewId } from './reader.ts';
import type { Reading } from './reading.ts';

/** A final window and the keys that have it. */
export interface FinalKeyWindow {
  readonly window: Window;
  readonly panes: readonly KeySpan[];
}

/** Maximum number of cells requested at once. */
const CHUNK = 250;

/** One key's final windows, by start. Groups of cells without the key are reported too, so that a reader knows how far the search has come. */
export async function* finalWindowsOfKey(
  reading: Reading,
  view: KeyWindowPlan,
  key: string,
  range: PaneRange & { readonly through: number },
): AsyncGenerator<KeyPane> {
  const { after, order } = range;
  for await (const groups of cells(reading, view, range)) {
    const pages = await pagesOfKey(reading, view, key, groups.flat());
    const byStart = Map.groupBy(pages, ({ start }) => start);
    for (const start of groups.map(([cell]) => (cell as FinalWindow).start)) {
      const found = spansOf(reading, view, byStart.get(start) ?? [])
        .filter((span) => span.key === key)
        .sort((a, b) => (order === 'asc' ? 1 : -1) * (a.start - b.start || a.end - b.end));
      for (const { start, end, pane } of found) if (isIn({ start, end }, range)) yield { window: { start, end }, final: true, pane };
      const seen = after !== undefined && cellStart(view.window, after.start) === start;
      if (found.length === 0 && !seen) yield { window: { start, end: start + cellLength(view.window) }, final: true, pane: undefined };
    }
  }
}

/** Final windows of all keys, by start and then end: at least as many as requested, if that many exist. */
export async function finalWindowsOfAll(reading: Reading, view: KeyWindowPlan, range: FinalRange): Promise<FinalKeyWindow[]> {
  const sign = range.order === 'asc' ? 1 : -1;
  const windows: FinalKeyWindow[] = [];
  for await (const groups of cells(reading, view, range)) {
    for (const group of groups) {
      const same = Map.groupBy(await spansOfCells(reading, view, group), windowName);
      const found = Array.from(same.values(), (panes): FinalKeyWindow => {
        const { start, end } = panes[0] as KeySpan;
        return { window: { start, end }, panes };
      });
      const wanted = found.filter(({ window }) => isIn(window, range));
      windows.push(...wanted.sort((a, b) => sign * (a.window.start - b.window.start || a.window.end - b.window.end)));
      if (windows.length >= range.limit) return windows;
    }
  }
  return windows;
}

/** Selects final windows that touch `[from, to]`, at or before the reader's boundary. */
interface Touching {
  readonly from: number;
  readonly to: number;
  readonly through: number;
  /** how many at most */
  readonly limit: number;
}

/** The cells in which there are final windows that touch `[from, to]`, in the order in which they are stored; one more than `limit` if there are more. */
export async function cellsTouching(reading: Reading, view: KeyWindowPlan, range: Touching): Promise<FinalWindow[]> {
  const found: FinalWindow[] = [];
  for await (const some of touchedCells(reading, view, range)) {
    found.push(...some);
    if (found.length > range.limit) break;
  }
  return found.slice(0, range.limit + 1);
}

/**
 * Final windows of all keys that touch `[from, to]`, in the order in which they are stored.
 *
 * @returns `undefined` when there are more than `limit`
 */
export async function finalWindowsTouching(reading: Reading, view: KeyWindowPlan, range: Touching): Promise<KeySpan[] | undefined> {
  const { from, to, limit } = range;
  if (limit < 0) return undefined;
  const windows: KeySpan[] = [];
  // Cells are listed while they are read, so that a range of years is rejected as soon as the limit is reached.
  for await (const some of touchedCells(reading, view, range)) {
    const found = await spansOfCells(reading, view, some);
    windows.push(...found.filter(({ start, end }) => start <= to && end >= from));
    if (windows.length > limit) return undefined;
  }
  return windows;
}

async function* touchedCells(reading: Reading, view: KeyWindowPlan, { from, to, through }: Touching): AsyncGenerator<FinalWindow[]> {
  const { longest } = windowLengths(view.window);
  for await (const groups of cells(reading, view, { from: from - longest, to: to + 1, order: 'asc', after: undefined, through })) {
    yield groups.flat().filter(({ end }) => end >= from);
  }
}

function isIn(window: Window, range: Pick<FinalRange, 'from' | 'to' | 'order' | 'after'>): boolean {
  return window.start >= range.from && window.start < range.to && isBehind(window, range);
}

async function spansOfCells(reading: Reading, view: KeyWindowPlan, cells: readonly FinalWindow[]): Promise<KeySpan[]> {
  const byCell = new Map(cells.map((cell) => [windowName(cell), [] as KeySpan[]]));
  for await (const page of pagesOfWindows(reading, view, cells)) byCell.get(windowName(page))?.push(...spansOf(reading, view, [page]));
  for (const cell of cells) {
    const { length } = byCell.get(windowName(cell)) ?? [];
    if (length !== cell.keys) throw lost(view, cell, length);
  }
  return [...byCell.values()].flat();
}

function spansOf(reading: Reading, view: KeyWindowPlan, pages: readonly Page[]): KeySpan[] {
  return pages.flatMap((page) => {
    const { bytes, item } = opened(viewId(reading.reader, view), page);
    return decodeSpans(bytes, item, view);
  });
}

/** The cells of a range, grouped by their start; some groups at a time. */
async function* cells(
  reading: Reading,
  view: KeyWindowPlan,
  { from, to, order, after, through }: Omit<FinalRange, 'limit'>,
): AsyncGenerator<FinalWindow[][]> {
  // Cells with the same start as the last one seen may hold more.
  const bounds =
    after === undefined
      ? { from, to }
      : order === 'asc'
        ? { from: Math.max(from, after.start), to }
        : { from, to: Math.min(to, after.start + 1) };
  const range = { from: cellStart(view.window, bounds.from), to: bounds.to, order, through };
  let left: FinalWindow[] = [];
  for (let last: FinalWindow | undefined; ; ) {
    const found = await finalWindows(reading, view, { ...range, limit: CHUNK, after: last });
    last = found.at(-1);
    const all = [...left, ...found];
    // More of the last group may follow.
    left = found.length < CHUNK ? [] : all.filter(({ start }) => start === last?.start);
    const groups = [...Map.groupBy(all.slice(0, all.length - left.length), ({ start }) => start).values()];
    if (groups.length > 0) yield groups;
    if (found.length < CHUNK) return;
  }
}
