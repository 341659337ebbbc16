import { hasKeyWindows } from '../../core/view.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Store } from '../../store/ports.ts';
import { UnitMeter } from '../units.ts';
import { finalWindowsOfAll } from './final-key-windows.ts';
import { type FinalRange, finalWindows } from './final-panes.ts';
import { windowsNotFinal } from './open-windows.ts';
import { isBehind, type PaneRange } from './pane-range.ts';
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
  // One more than asked for tells whether there is more. A key's own window may be final although others, which began before it, are not.
  const missing = order === 'desc' && !hasKeyWindows(view) ? limit + 1 - live.length : limit + 1;
  const final = missing > 0 ? await knownFinal(reader, store, view, { ...range, limit: missing, through }) : [];
  const sign = order === 'asc' ? 1 : -1;
  const all = [...final, ...live].sort((a, b) => sign * (a.start - b.start || a.end - b.end));
  const windows = all.slice(0, limit);
  const last = windows.at(-1);
  return { windows, next: all.length > limit && last ? { start: last.start, end: last.end } : undefined, asOf, watermark, units };
}

async function knownFinal(reader: Reader, store: Store, view: ViewPlan, range: FinalRange): Promise<ListedWindow[]> {
  if (hasKeyWindows(view)) {
    const windows = await finalWindowsOfAll(reader, store, view, range);
    return windows.map(({ window, panes }) => ({ ...window, final: true, keys: panes.length, pages: 1 }));
  }
  const windows = await finalWindows(reader, store, view, range);
  return windows.map(({ start, end, keys, bits }) => ({ start, end, final: true, keys, pages: 2 ** bits }));
}

function liveWindows(view: ViewPlan, snapshot: Snapshot, range: PaneRange & { readonly limit: number }): ListedWindow[] {
  const open = windowsNotFinal(view, snapshot);
  return (range.order === 'asc' ? open : open.toReversed())
    .filter(({ window }) => Number.isFinite(window.end) && window.start >= range.from && window.start < range.to && isBehind(window, range))
    .slice(0, range.limit)
    .map(({ window, keys }) => ({ ...window, final: false, keys: keys(), pages: 0 }));
}
