import { hasKeyWindows } from '../../../core/view.ts';
import { type Window, windowLengths } from '../../../core/window.ts';
import type { Tuple } from '../../../query/tuple.ts';
import type { UnitMeter } from '../../units.ts';
import type { Seen } from '../derived/seen.ts';
import { readKeyRows } from '../key-rows.ts';
import { listCells, readRowsOfKeyWindows } from '../key-window-rows.ts';
import type { KeyQuery, ListedWindow, ResultRow } from '../query.ts';
import type { Reader } from '../reader.ts';
import { readWindowRows } from '../window-rows.ts';
import { readWindows } from '../windows.ts';
import type { AskLimits } from './limits.ts';
import { costOf, type Need } from './needs.ts';
import { tooMuch, tooMuchOfOne } from './too-much.ts';

/** Windows read at once. */
const AT_ONCE = 16;

/** A view's rows, and how many pages they came from. */
interface NeedRows {
  readonly rows: readonly Tuple[];
  readonly pages: number;
}

/**
 * Reads what is needed of a view, in an order that is the same every time.
 *
 * @param left what may still be read
 * @param limits what could be read to begin with, for the error
 * @throws MillraceError `limit` before anything but the list of windows is read
 */
export async function readNeed(
  reader: Reader,
  need: Need,
  left: AskLimits,
  limits: AskLimits,
  seen: Seen,
  units: UnitMeter,
): Promise<NeedRows> {
  if (need.view.window.kind === 'global') {
    const rows = need.keys ? await keyRows(reader, need, {}, seen, units) : await windowRows(reader, need, undefined, seen, units);
    if (rows.length > left.rows) throw tooMuchOfOne(need, limits);
    return { rows, pages: 0 };
  }
  const windows = await listed(reader, need, left, limits, seen, units);
  const pages = windows.reduce((sum, window) => sum + costOf(window, need).pages, 0);
  const { view } = need;
  if (hasKeyWindows(view)) {
    const range = { from: need.from - windowLengths(view.window).longest, to: need.to + 1 };
    if (need.keys) return { rows: await keyRows(reader, need, range, seen, units), pages };
    const found = await readRowsOfKeyWindows(reader, view, need, left.rows, seen.of(view.name));
    units.take(found.units);
    seen.saw(view.name, found);
    return { rows: found.rows, pages };
  }
  const oldestFirst = windows.toReversed();
  const [first, last] = [oldestFirst[0], oldestFirst.at(-1)];
  if (!first || !last) return { rows: [], pages };
  if (need.keys) return { rows: await keyRows(reader, need, { from: first.start, to: last.start + 1 }, seen, units), pages };
  const rows: Tuple[] = [];
  for (let i = 0; i < oldestFirst.length; i += AT_ONCE) {
    const found = await Promise.all(oldestFirst.slice(i, i + AT_ONCE).map((window) => windowRows(reader, need, window, seen, units)));
    rows.push(...found.flat());
  }
  return { rows, pages };
}

/** The windows that are needed, newest first. */
async function listed(
  reader: Reader,
  need: Need,
  left: AskLimits,
  limits: AskLimits,
  seen: Seen,
  units: UnitMeter,
): Promise<readonly ListedWindow[]> {
  const { view, from, to } = need;
  const earliest = from - windowLengths(view.window).longest;
  if (earliest > to) return [];
  const query = { view: view.name, from: earliest, to: to + 1, order: 'desc' as const };
  // A window has a page or a row at least, so more of them than may be read need not be counted.
  const limit = Math.max(left.pages, left.rows);
  const found = hasKeyWindows(view)
    ? await listCells(reader, view, need, limit, seen.of(view.name))
    : await readWindows(reader, { ...query, limit, asOf: seen.of(view.name) });
  units.take(found.units);
  seen.saw(view.name, found);
  const windows = found.windows.filter(({ end }) => end >= from);
  const costs = windows.map((window) => costOf(window, need));
  const total = { pages: sumOf(costs, 'pages'), rows: sumOf(costs, 'rows') };
  if (found.next !== undefined || total.pages > left.pages || total.rows > left.rows) {
    throw tooMuch(reader, need, windows, { total, more: found.next !== undefined, left, limits });
  }
  return windows;
}

function sumOf(costs: readonly { readonly pages: number; readonly rows: number }[], what: 'pages' | 'rows'): number {
  return costs.reduce((sum, cost) => sum + cost[what], 0);
}

/** @param window `undefined`: the view's one window of all time */
async function windowRows(reader: Reader, { view }: Need, window: Window | undefined, seen: Seen, units: UnitMeter): Promise<Tuple[]> {
  const wanted = window ? { start: window.start, end: window.end } : ('latest' as const);
  const query = { view: view.name, window: wanted, orderBy: [], limit: Number.POSITIVE_INFINITY, asOf: seen.of(view.name) };
  const page = await readWindowRows(reader, query);
  units.take(page.units);
  seen.saw(view.name, page);
  return page.rows.map((row) => tupleOf(row, window));
}

/**
 * Rows of some keys, window by window.
 *
 * @param range where windows start; default anywhere
 */
async function keyRows(
  reader: Reader,
  { view, keys }: Need,
  range: Pick<KeyQuery, 'from' | 'to'>,
  seen: Seen,
  units: UnitMeter,
): Promise<Tuple[]> {
  const found: { readonly tuple: Tuple; readonly time: number }[] = [];
  for (const key of keys?.values() ?? []) {
    const query = { ...range, view: view.name, key, order: 'asc' as const };
    let after: Window | undefined;
    do {
      const page = await readKeyRows(reader, { ...query, limit: Number.POSITIVE_INFINITY, after, asOf: seen.of(view.name) });
      units.take(page.units);
      seen.saw(view.name, page);
      for (const row of page.rows) found.push({ tuple: tupleOf(row, windowOf(row)), time: windowOf(row)?.end ?? 0 });
      after = page.next;
    } while (after);
  }
  return found.sort((a, b) => a.time - b.time).map(({ tuple }) => tuple);
}

function windowOf({ window_start, window_end }: ResultRow): Window | undefined {
  return typeof window_start === 'string' ? { start: Date.parse(window_start), end: Date.parse(window_end as string) } : undefined;
}

function tupleOf({ final: _, ...row }: ResultRow, window: Window | undefined): Tuple {
  return { row, window: window && { start: window.start, end: window.end } };
}
