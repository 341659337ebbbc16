import { MillraceError } from '../../core/errors.ts';
import { isClosed } from '../../core/lateness.ts';
import { decodePage, decodeSpans } from '../../core/page-codec.ts';
import { hasKeyWindows } from '../../core/view.ts';
import { type Window, windowLengths, windowName } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { FinalWindow, Page, ViewId } from '../../store/ports.ts';
import { unpack } from '../body.ts';
import { pageName } from '../item-names.ts';
import { mapTasks } from '../map-tasks.ts';
import { pageOf } from '../pages.ts';
import { viewId } from './reader.ts';
import type { Reading } from './reading.ts';

/** Bounds before and after every possible window: event times have years of four digits. */
const EARLIEST = Date.parse('-000100-01-01T00:00:00Z');
const LATEST = Date.parse('+010100-01-01T00:00:00Z');

/** How many buckets of a window are requested at once. */
const AT_ONCE = 16;
/** For how many windows one request reads pages of one bucket. */
const WINDOWS_A_REQUEST = 64;

/** Which final windows: those that start in `[from, to)`, behind `after`. */
export interface FinalRange {
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: Window | undefined;
  /** the reader's boundary */
  readonly through: number;
}

/**
 * Final windows, by start and then end: those whose results are in pages for a reader with this boundary. For unaligned
 * windows, these are the cells that contain them.
 */
export async function finalWindows(reading: Reading, view: ViewPlan, range: FinalRange): Promise<FinalWindow[]> {
  const { order, limit, through } = range;
  const latest = through - view.allowedLateness - windowLengths(view.window).shortest;
  const from = Math.max(range.from, EARLIEST);
  const to = Math.min(range.to, latest + 1, LATEST);
  if (!(from < to)) return [];
  const windows: FinalWindow[] = [];
  for (let { after } = range; windows.length < limit; ) {
    const wanted = limit - windows.length;
    const query = { from, to, order, limit: wanted, now: reading.reader.runtime.clock.now(), after };
    const found = await reading.store.results.windows(viewId(reading.reader, view), query);
    // Windows that are written but not yet covered by the boundary are still in the tasks' states, and are read from there.
    windows.push(...found.filter(({ end }) => isClosed(end, view.allowedLateness, through)));
    if (found.length < wanted) break;
    after = found.at(-1);
  }
  return windows;
}

/** One key's final panes, by the names of their windows, which are passed in ascending or descending order; windows without the key are omitted. */
export async function panesOfKey(
  reading: Reading,
  view: ViewPlan,
  key: string,
  windows: readonly FinalWindow[],
): Promise<Map<string, unknown[]>> {
  const panes = new Map<string, unknown[]>();
  for (const page of await pagesOfKey(reading, view, key, windows)) {
    const pane = open(reading, view, page).get(key);
    if (pane) panes.set(windowName(page), pane);
  }
  return panes;
}

/** The pages that hold one key in windows given in order, ascending or descending. */
export async function pagesOfKey(reading: Reading, view: ViewPlan, key: string, windows: readonly FinalWindow[]): Promise<Page[]> {
  const wanted = new Set(windows.map(windowName));
  const pages = new Map<string, Page>();
  for (const run of runsOfEqualBits(windows)) {
    const { bits } = run[0] as FinalWindow;
    const starts = run.map(({ start }) => start);
    const at = { bits, bucket: pageOf(key, bits), from: Math.min(...starts), to: Math.max(...starts) };
    for (const page of await reading.store.results.pages(viewId(reading.reader, view), at)) {
      const name = windowName(page);
      if (wanted.has(name)) pages.set(name, page);
    }
  }
  await mapTasks(
    windows.filter((window) => !pages.has(windowName(window))),
    (window) => checkPages(reading, view, window),
  );
  return [...pages.values()];
}

/** Distinguishes a deleted page from one that was never written because no key of the window belongs to it. */
async function checkPages(reading: Reading, view: ViewPlan, window: FinalWindow): Promise<void> {
  let keys = 0;
  if (window.bits > 0) for await (const page of pagesOfWindows(reading, view, [window])) keys += countOf(reading, view, page);
  if (keys !== window.keys) throw lost(view, window, keys);
}

function countOf(reading: Reading, view: ViewPlan, page: Page): number {
  const { bytes, item } = opened(viewId(reading.reader, view), page);
  return hasKeyWindows(view) ? decodeSpans(bytes, item, view).length : decodePage(bytes, item, view).size;
}

/** All final panes of one window, by key, page by page: those of a large window can exceed a gigabyte. */
export async function* panesByPage(reading: Reading, view: ViewPlan, window: PagedWindow): AsyncGenerator<ReadonlyMap<string, unknown[]>> {
  let keys = 0;
  for await (const page of pagesOfWindows(reading, view, [window])) {
    const panes = open(reading, view, page);
    keys += panes.size;
    yield panes;
  }
  if (keys !== window.keys) throw lost(view, window, keys);
}

/** All final panes of some windows, given in order; window by window. */
export async function panesOfWindows(
  reading: Reading,
  view: ViewPlan,
  windows: readonly PagedWindow[],
): Promise<Map<string, Map<string, unknown[]>>> {
  const byWindow = new Map(windows.map((window) => [windowName(window), new Map<string, unknown[]>()]));
  for await (const page of pagesOfWindows(reading, view, windows)) {
    const panes = byWindow.get(windowName(page));
    for (const [key, pane] of open(reading, view, page)) panes?.set(key, pane);
  }
  for (const window of windows) {
    const keys = byWindow.get(windowName(window))?.size ?? 0;
    if (keys !== window.keys) throw lost(view, window, keys);
  }
  return byWindow;
}

/** The error for a window with deleted pages, detected by the number of keys that is stored with the window. */
export function lost(view: ViewPlan, { start, end, keys }: PagedWindow, found: number): MillraceError {
  const name = windowName({ start, end });
  return new MillraceError(
    'corrupt',
    `pages of window ${name} of view ${view.name} are gone: they hold ${found} results, and ${keys} were written; restore the table from a backup`,
  );
}

/** What is known of a window whose pages are read. */
export type PagedWindow = Pick<FinalWindow, 'start' | 'end' | 'bits' | 'keys'>;

/** All pages of some windows, given in order; some windows at a time, in no order. */
export async function* pagesOfWindows(reading: Reading, view: ViewPlan, windows: readonly PagedWindow[]): AsyncGenerator<Page> {
  for (const run of runsOfEqualBits(windows)) {
    const { bits } = run[0] as PagedWindow;
    const pages = 2 ** bits;
    // Limited so that one request reads at most a megabyte, and concurrent requests take little memory.
    const windowsAtOnce = Math.max(1, Math.min(WINDOWS_A_REQUEST, Math.ceil((AT_ONCE * WINDOWS_A_REQUEST) / pages)));
    for (let i = 0; i < run.length; i += windowsAtOnce) {
      const some = run.slice(i, i + windowsAtOnce);
      const names = new Set(some.map(windowName));
      const starts = some.map(({ start }) => start);
      const range = { from: Math.min(...starts), to: Math.max(...starts) };
      for (let bucket = 0; bucket < pages; bucket += AT_ONCE) {
        const buckets = Array.from({ length: Math.min(AT_ONCE, pages - bucket) }, (_, at) => bucket + at);
        const found = await mapTasks(buckets, (at) =>
          reading.store.results.pages(viewId(reading.reader, view), { bits, bucket: at, ...range }),
        );
        // Other windows may start at the same times, or between them.
        for (const page of found.flat()) if (names.has(windowName(page))) yield page;
      }
    }
  }
}

/** A page's bytes, and what to call it in errors. */
export function opened(view: ViewId, page: Page): { readonly bytes: Uint8Array; readonly item: string } {
  const item = pageName(view, page);
  return { bytes: unpack(page.body, item), item: item.name };
}

function open(reading: Reading, view: ViewPlan, page: Page): Map<string, unknown[]> {
  const { bytes, item } = opened(viewId(reading.reader, view), page);
  return decodePage(bytes, item, view);
}

function runsOfEqualBits<W extends PagedWindow>(windows: readonly W[]): W[][] {
  const runs: W[][] = [];
  for (const window of windows) {
    const run = runs.at(-1);
    if (run?.[0]?.bits === window.bits) run.push(window);
    else runs.push([window]);
  }
  return runs;
}
