import { resultRow } from '../../../core/result.ts';
import { hasKeyWindows } from '../../../core/view.ts';
import { type Window, windowLengths, windowName } from '../../../core/window.ts';
import type { ViewPlan } from '../../../plan/plan.ts';
import { type Tuple, tupleCost } from '../../../query/tuple.ts';
import { mapTasks } from '../../map-tasks.ts';
import { panesOfWindows } from '../final-panes.ts';
import { keyRows } from '../key-rows.ts';
import { listCells, rowsOfKeyWindows } from '../key-window-rows.ts';
import { windowsNotFinal } from '../open-windows.ts';
import type { KeyQuery, ListedWindow, ResultRow } from '../query.ts';
import type { Reading } from '../reading.ts';
import { listWindows } from '../windows.ts';
import type { Budget } from './budget.ts';
import { costOf, type Need } from './needs.ts';
import { tooMuch, tooMuchOfOne } from './too-much.ts';

/**
 * Reads the needed rows of a view, in a deterministic order.
 *
 * @throws MillraceError `limit` before anything except the list of windows is read
 */
export async function readNeed(reading: Reading, need: Need, budget: Budget): Promise<readonly Tuple[]> {
  const { view } = need;
  if (view.window.kind === 'global') {
    const rows = need.keys ? await rowsOfKeys(reading, need, {}, budget) : await rowsOfAllTime(reading, need, budget);
    if (rows.length > budget.left.rows) throw tooMuchOfOne(need, budget.limits);
    budget.took({ pages: 0, rows: rows.length });
    return rows;
  }
  const windows = await listed(reading, need, budget);
  const rows = await rowsOfWindows(reading, need, windows, budget);
  budget.took({ pages: sumOf(windows, need).pages, rows: rows.length });
  return rows;
}

async function rowsOfWindows(reading: Reading, need: Need, windows: readonly ListedWindow[], budget: Budget): Promise<readonly Tuple[]> {
  const { view, from, to } = need;
  if (hasKeyWindows(view)) {
    const range = { from: from - windowLengths(view.window).longest, to: to + 1 };
    return need.keys ? rowsOfKeys(reading, need, range, budget) : rowsOfKeyWindows(reading, view, need, budget.left.rows);
  }
  const [last, first] = [windows[0], windows.at(-1)];
  if (!first || !last) return [];
  if (need.keys) return rowsOfKeys(reading, need, { from: first.start, to: last.start + 1 }, budget);
  const oldestFirst = windows.toReversed();
  const final = await panesOfWindows(
    reading,
    view,
    oldestFirst.filter((window) => window.final).map(({ pages, ...window }) => ({ ...window, bits: Math.log2(pages) })),
  );
  const snapshot = await reading.snapshot(view);
  const open = new Map(windowsNotFinal(view, snapshot).map((window) => [windowName(window.window), window]));
  return oldestFirst.flatMap((window) => {
    const name = windowName(window);
    return tuplesOf(view, window, (window.final ? final.get(name) : open.get(name)?.panes()) ?? new Map(), budget);
  });
}

/** A window's rows, by key. */
function tuplesOf(view: ViewPlan, window: Window, panes: ReadonlyMap<string, unknown[]>, budget: Budget): Tuple[] {
  const { start, end } = window;
  const bounds = view.window.kind === 'global' ? undefined : { start, end };
  return [...panes.keys()].sort().map((key) => {
    const tuple: Tuple = { row: resultRow(view, key, bounds ?? window, panes.get(key) as unknown[]), window: bounds };
    budget.spend(tupleCost(tuple));
    return tuple;
  });
}

/** The windows that are needed, newest first. */
async function listed(reading: Reading, need: Need, budget: Budget): Promise<readonly ListedWindow[]> {
  const { view, from, to } = need;
  const { left } = budget;
  const earliest = from - windowLengths(view.window).longest;
  if (earliest > to) return [];
  const query = { from: earliest, to: to + 1, order: 'desc' as const };
  // A window has at least one page or row, so counting stops at the number that can be read.
  const limit = Math.max(left.pages, left.rows);
  const found = hasKeyWindows(view) ? await listCells(reading, view, need, limit) : await listWindows(reading, view, { ...query, limit });
  const windows = found.windows.filter(({ end }) => end >= from);
  const total = sumOf(windows, need);
  if (found.next !== undefined || total.pages > left.pages || total.rows > left.rows) {
    throw tooMuch(reading.reader, need, windows, { total, more: found.next !== undefined, left, limits: budget.limits });
  }
  return windows;
}

function sumOf(windows: readonly ListedWindow[], need: Need): { readonly pages: number; readonly rows: number } {
  let [pages, rows] = [0, 0];
  for (const window of windows) {
    const cost = costOf(window, need);
    pages += cost.pages;
    rows += cost.rows;
  }
  return { pages, rows };
}

/** The rows of a view's global window. */
async function rowsOfAllTime(reading: Reading, { view }: Need, budget: Budget): Promise<Tuple[]> {
  const [window] = windowsNotFinal(view, await reading.snapshot(view));
  return window ? tuplesOf(view, window.window, window.panes(), budget) : [];
}

/**
 * Rows of some keys, window by window.
 *
 * @param range where windows start; default anywhere
 */
async function rowsOfKeys(reading: Reading, { view, keys }: Need, range: Pick<KeyQuery, 'from' | 'to'>, budget: Budget): Promise<Tuple[]> {
  const found = await mapTasks([...(keys?.values() ?? [])], async (key) => {
    const rows: ResultRow[] = [];
    let after: Window | undefined;
    do {
      const page = await keyRows(reading, view, { ...range, key, order: 'asc', limit: Number.POSITIVE_INFINITY, after });
      for (const row of page.rows) budget.spend(tupleCost({ row }));
      rows.push(...page.rows);
      after = page.next;
    } while (after);
    return rows;
  });
  const rows = found.flat().map((row) => ({ row, window: windowOf(row) }));
  return rows.sort((a, b) => (a.window?.end ?? 0) - (b.window?.end ?? 0)).map(({ row: { final: _, ...row }, window }) => ({ row, window }));
}

function windowOf({ window_start, window_end }: ResultRow): Window | undefined {
  return typeof window_start === 'string' ? { start: Date.parse(window_start), end: Date.parse(window_end as string) } : undefined;
}
