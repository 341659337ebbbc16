import { cellsOf, openWindows } from '../../core/result.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { UnitMeter } from '../units.ts';
import { finalWindows } from './final-panes.ts';
import { isBehind, type PaneRange } from './key-panes.ts';
import type { ListedWindow, WindowsPage, WindowsQuery } from './query.ts';
import { type Reader, type Snapshot, viewPlan, withSnapshot } from './reader.ts';

/**
 * The windows of a view that hold rows, by start and then end (a view with one window of all time has none): which there are, how many keys each has, and which are final.
 *
 * @throws MillraceError `argument` when there is no such view
 */
export async function readWindows(reader: Reader, query: WindowsQuery): Promise<WindowsPage> {
  const view = viewPlan(reader, query.view);
  const units = new UnitMeter();
  const store = reader.runtime.store.metered(units);
  const { order, limit, after, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  const range = { from, to, order, limit: limit + 1, after };
  const { live, asOf, watermark, through } = await withSnapshot(reader, store, view, 'all', query.asOf, (snapshot) => ({
    live: liveWindows(view, snapshot, range),
    asOf: snapshot.asOf,
    watermark: snapshot.watermark,
    through: snapshot.through,
  }));
  // One more than asked for tells whether there is more.
  const missing = order === 'desc' ? limit + 1 - live.length : limit + 1;
  const final = missing > 0 ? await finalWindows(reader, store, view, { ...range, limit: missing, through }) : [];
  const known = final.map(({ start, end, keys, bits }): ListedWindow => ({ start, end, final: true, keys, pages: 2 ** bits }));
  const all = order === 'asc' ? [...known, ...live] : [...live, ...known];
  const windows = all.slice(0, limit);
  const last = windows.at(-1);
  return { windows, next: all.length > limit && last ? { start: last.start, end: last.end } : undefined, asOf, watermark, units };
}

function liveWindows(view: ViewPlan, snapshot: Snapshot, range: PaneRange & { readonly limit: number }): ListedWindow[] {
  const states = Array.from(snapshot.states.values(), (state) => state.views.get(view.name)).filter((state) => state !== undefined);
  const open = openWindows(view, states, snapshot.through, Number.POSITIVE_INFINITY);
  return (range.order === 'asc' ? open : open.toReversed())
    .filter((window) => Number.isFinite(window.end) && window.start >= range.from && window.start < range.to && isBehind(window, range))
    .slice(0, range.limit)
    .map((window) => {
      const keys = new Set<string>();
      for (const state of states) for (const cell of cellsOf(view, state, window)) for (const key of cell.panes.keys()) keys.add(key);
      return { ...window, final: false, keys: keys.size, pages: 0 };
    });
}
