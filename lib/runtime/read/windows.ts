import { hasKeyWindows } from '../../core/view.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { finalWindowsOfAll } from './final-key-windows.ts';
import { type FinalRange, finalWindows } from './final-panes.ts';
import { windowsNotFinal } from './open-windows.ts';
import { isBehind, type PaneRange } from './pane-range.ts';
import type { ListedWindow, WindowsPage, WindowsQuery } from './query.ts';
import type { Reader } from './reader.ts';
import { type Reading, readView, type Snapshot } from './reading.ts';

/**
 * The windows of a view that have rows, by start and then end, with their number of keys and whether they are final. A view with a global window has none.
 *
 * @throws MillraceError `argument` when there is no such view
 */
export async function readWindows(reader: Reader, query: WindowsQuery): Promise<WindowsPage> {
  return readView(reader, query, (reading, view) => listWindows(reading, view, query));
}

/** The same within a reading. */
export async function listWindows(
  reading: Reading,
  view: ViewPlan,
  query: Omit<WindowsQuery, 'view' | 'asOf'>,
): Promise<Pick<WindowsPage, 'windows' | 'next'>> {
  const { order, limit, after, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  const range = { from, to, order, limit: limit + 1, after };
  const snapshot = await reading.snapshot(view);
  const { through } = snapshot;
  const live = liveWindows(view, snapshot, range);
  // One more than requested shows whether more follow. An unaligned window may be final although others that started earlier are not.
  const missing = order === 'desc' && !hasKeyWindows(view) ? limit + 1 - live.length : limit + 1;
  const final = missing > 0 ? await knownFinal(reading, view, { ...range, limit: missing, through }) : [];
  const sign = order === 'asc' ? 1 : -1;
  const all = [...final, ...live].sort((a, b) => sign * (a.start - b.start || a.end - b.end));
  const windows = all.slice(0, limit);
  const last = windows.at(-1);
  return { windows, next: all.length > limit && last ? { start: last.start, end: last.end } : undefined };
}

async function knownFinal(reading: Reading, view: ViewPlan, range: FinalRange): Promise<ListedWindow[]> {
  if (hasKeyWindows(view)) {
    const windows = await finalWindowsOfAll(reading, view, range);
    return windows.map(({ window, panes }) => ({ ...window, final: true, keys: panes.length, pages: 1 }));
  }
  const windows = await finalWindows(reading, view, range);
  return windows.map(({ start, end, keys, bits }) => ({ start, end, final: true, keys, pages: 2 ** bits }));
}

function liveWindows(view: ViewPlan, snapshot: Snapshot, range: Omit<PaneRange, 'ahead'> & { readonly limit: number }): ListedWindow[] {
  const open = windowsNotFinal(view, snapshot);
  return (range.order === 'asc' ? open : open.toReversed())
    .filter(({ window }) => Number.isFinite(window.end) && window.start >= range.from && window.start < range.to && isBehind(window, range))
    .slice(0, range.limit)
    .map(({ window, keys }) => ({ ...window, final: false, keys: keys(), pages: 0 }));
}
