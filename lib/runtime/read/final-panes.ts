import { decodePage } from '../../core/page-codec.ts';
import { isClosed } from '../../core/watermark.ts';
import { type Window, windowLengths, windowName } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { FinalWindow, Page, Store, ViewId } from '../../store/ports.ts';
import { unpack } from '../body.ts';
import { pageName } from '../item-names.ts';
import { pageOf } from '../pages.ts';
import { type Reader, viewId } from './reader.ts';

/** Before and after every window there can be: event times have years of four digits. */
const EARLIEST = Date.parse('-000100-01-01T00:00:00Z');
const LATEST = Date.parse('+010100-01-01T00:00:00Z');

/** How many buckets of a window are asked for at once. */
const AT_ONCE = 16;

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
 * Final windows, by start and then end: those whose results are in pages for a reader with this boundary. Where windows come from a
 * key's own events, these are the cells that hold them.
 */
export async function finalWindows(reader: Reader, store: Store, view: ViewPlan, range: FinalRange): Promise<FinalWindow[]> {
  const { order, limit, through } = range;
  const latest = through - view.allowedLateness - windowLengths(view.window).shortest;
  const from = Math.max(range.from, EARLIEST);
  const to = Math.min(range.to, latest + 1, LATEST);
  if (!(from < to)) return [];
  const windows: FinalWindow[] = [];
  for (let { after } = range; windows.length < limit; ) {
    const wanted = limit - windows.length;
    const query = { from, to, order, limit: wanted, now: reader.runtime.clock.now(), after };
    const found = await store.results.windows(viewId(reader, view), query);
    // Windows written but not yet covered by the boundary are in the task states as well, and are read from there.
    windows.push(...found.filter(({ end }) => isClosed(end, view.allowedLateness, through)));
    if (found.length < wanted) break;
    after = found.at(-1);
  }
  return windows;
}

/** One key's final panes in windows given in order, ascending or descending, by the windows' names; those without the key are left out. */
export async function panesOfKey(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  key: string,
  windows: readonly FinalWindow[],
): Promise<Map<string, unknown[]>> {
  const panes = new Map<string, unknown[]>();
  for (const page of await pagesOfKey(reader, store, view, key, windows)) {
    const pane = open(reader, view, page).get(key);
    if (pane) panes.set(windowName(page), pane);
  }
  return panes;
}

/** The pages that hold one key in windows given in order, ascending or descending. */
export async function pagesOfKey(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  key: string,
  windows: readonly FinalWindow[],
): Promise<Page[]> {
  const wanted = new Set(windows.map(windowName));
  const pages = new Map<string, Page>();
  for (const run of runsOfEqualBits(windows)) {
    const { bits } = run[0] as FinalWindow;
    const starts = run.map(({ start }) => start);
    const at = { bits, bucket: pageOf(key, bits), from: Math.min(...starts), to: Math.max(...starts) };
    for (const page of await store.results.pages(viewId(reader, view), at)) {
      const name = windowName(page);
      if (wanted.has(name)) pages.set(name, page);
    }
  }
  return [...pages.values()];
}

/** All final panes of one window, by key, page by page: of a large window, all at once take a gigabyte and more. */
export async function* panesByPage(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  window: FinalWindow,
): AsyncGenerator<ReadonlyMap<string, unknown[]>> {
  for await (const page of pagesOfWindow(reader, store, view, window)) yield open(reader, view, page);
}

/** All pages of one window. */
export async function* pagesOfWindow(reader: Reader, store: Store, view: ViewPlan, window: FinalWindow): AsyncGenerator<Page> {
  const buckets = Array.from({ length: 2 ** window.bits }, (_, bucket) => bucket);
  for (let i = 0; i < buckets.length; i += AT_ONCE) {
    const found = await Promise.all(
      buckets
        .slice(i, i + AT_ONCE)
        .map((bucket) => store.results.pages(viewId(reader, view), { bits: window.bits, bucket, from: window.start, to: window.start })),
    );
    // Others may begin together with it.
    for (const page of found.flat()) if (page.end === window.end) yield page;
  }
}

/** A page's bytes, and what to call it in errors. */
export function opened(view: ViewId, page: Page): { readonly bytes: Uint8Array; readonly item: string } {
  const item = pageName(view, page);
  return { bytes: unpack(page.body, item), item: item.name };
}

function open(reader: Reader, view: ViewPlan, page: Page): Map<string, unknown[]> {
  const { bytes, item } = opened(viewId(reader, view), page);
  return decodePage(bytes, item, view);
}

function runsOfEqualBits(windows: readonly FinalWindow[]): FinalWindow[][] {
  const runs: FinalWindow[][] = [];
  for (const window of windows) {
    const run = runs.at(-1);
    if (run?.[0]?.bits === window.bits) run.push(window);
    else runs.push([window]);
  }
  return runs;
}
