import { cellsOf, openWindows } from '../../core/result.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { UnitMeter } from '../units.ts';
import { finalWindows } from './final-panes.ts';
import type { WindowInfo, WindowsPage, WindowsQuery } from './query.ts';
import { type Reader, type Snapshot, viewPlan, withSnapshot } from './reader.ts';

/**
 * The windows of a view that hold rows, by start: which there are, how many keys each has, and which are final.
 *
 * @throws MillraceError `argument` when there is no such view
 */
export async function readWindows(reader: Reader, query: WindowsQuery): Promise<WindowsPage> {
  const view = viewPlan(reader, query.view);
  const units = new UnitMeter();
  const store = reader.runtime.store.metered(units);
  const { order, limit, after } = query;
  let from = query.from ?? Number.NEGATIVE_INFINITY;
  let to = query.to ?? Number.POSITIVE_INFINITY;
  if (after !== undefined && order === 'asc') from = Math.max(from, after + 1);
  if (after !== undefined && order === 'desc') to = Math.min(to, after);
  const { live, asOf, watermark, through } = await withSnapshot(reader, store, view, 'all', query.asOf, (snapshot) => ({
    live: liveWindows(view, snapshot, { from, to, order, limit: limit + 1 }),
    asOf: snapshot.asOf,
    watermark: snapshot.watermark,
    through: snapshot.through,
  }));
  // One more than asked for tells whether there is more.
  const missing = order === 'desc' ? limit + 1 - live.length : limit + 1;
  const final = missing > 0 ? await finalWindows(reader, store, view, { from, to, order, limit: missing, through }) : [];
  const known = final.map(({ start, end, keys }): WindowInfo => ({ start, end, final: true, keys }));
  const all = order === 'asc' ? [...known, ...live] : [...live, ...known];
  const windows = all.slice(0, limit);
  return { windows, next: all.length > limit ? windows.at(-1)?.start : undefined, asOf, watermark, units };
}

function liveWindows(
  view: ViewPlan,
  snapshot: Snapshot,
  range: { readonly from: number; readonly to: number; readonly order: 'asc' | 'desc'; readonly limit: number },
): WindowInfo[] {
  const states = Array.from(snapshot.states.values(), (state) => state.views.get(view.name)).filter((state) => state !== undefined);
  const ends = new Set(states.flatMap((state) => openWindows(view, state, snapshot.through, Number.POSITIVE_INFINITY)));
  return [...ends]
    .map((end) => ({ start: end - view.window.size, end }))
    .filter(({ start }) => start >= range.from && start < range.to)
    .sort((a, b) => (range.order === 'asc' ? a.start - b.start : b.start - a.start))
    .slice(0, range.limit)
    .map((window) => {
      const keys = new Set<string>();
      for (const state of states) for (const cell of cellsOf(state, window)) for (const key of cell.panes.keys()) keys.add(key);
      return { ...window, final: false, keys: keys.size };
    });
}
