import { collectPanes, onlyKey, openWindows, withRunningResult } from '../../core/result.ts';
import type { ViewState } from '../../core/state.ts';
import { hasKeyWindows, type TimeWindowView, timed } from '../../core/view.ts';
import { ALL_TIME, windowName } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { KeyWindowPlan } from '../carried.ts';
import { finalWindowsOfKey } from './final-key-windows.ts';
import { finalWindows, panesOfKey } from './final-panes.ts';
import { windowsNotFinal } from './open-windows.ts';
import { isBehind, type KeyPane, type PaneRange } from './pane-range.ts';
import type { Reading, Snapshot } from './reading.ts';

/** One key's panes in a range of windows, in order. */
export interface KeyPanes {
  readonly panes: AsyncIterable<KeyPane>;
  readonly through: number;
}

/** Maximum number of final windows requested at once. */
const CHUNK = 250;

/**
 * One key's panes, final ones from pages and later ones from the tasks' states, by start of the window.
 *
 * @param range windows that start in `[from, to)`, behind `after`
 */
export async function keyPanes(reading: Reading, view: ViewPlan, key: string, range: PaneRange): Promise<KeyPanes> {
  const snapshot = await reading.snapshot(view, key);
  const { through } = snapshot;
  const behind = { ...range, through };
  if (hasKeyWindows(view)) {
    const live = liveOfKeyWindows(view, snapshot, key, range);
    return { panes: interleaved(finalWindowsOfKey(reading, view, key, behind), live, behind), through };
  }
  const live = livePanes(timed(view), snapshot, key, behind);
  const final = finalPanes(reading, view, key, behind);
  return { panes: range.order === 'asc' ? chain(final, live) : chain(live, final), through };
}

function livePanes(
  view: ViewPlan & TimeWindowView,
  snapshot: Snapshot,
  key: string,
  range: PaneRange & { readonly through: number },
): Generator<KeyPane> {
  // Windows are merged on demand: there may be 10,000 of them with 10,000 slices each.
  const states = snapshot.states.map((state) => onlyKey(view, state, key));
  return panesOf(view, states, key, range);
}

function* panesOf(
  view: ViewPlan & TimeWindowView,
  states: readonly ViewState[],
  key: string,
  range: PaneRange & { readonly through: number },
): Generator<KeyPane> {
  const open = view.window.kind === 'global' ? [ALL_TIME] : openWindows(view, states, range.through, Number.POSITIVE_INFINITY);
  for (const window of range.order === 'asc' ? open : open.toReversed()) {
    if (window.start < range.from || window.start >= range.to || !isBehind(window, range)) continue;
    const found = new Map<string, unknown[]>();
    for (const state of states) collectPanes(view, state, window, found);
    const pane = withRunningResult(view, found).get(key);
    if (pane) yield { window, final: false, pane };
  }
}

function liveOfKeyWindows(view: KeyWindowPlan, snapshot: Snapshot, key: string, range: PaneRange): KeyPane[] {
  const open = windowsNotFinal(view, snapshot, key);
  return (range.order === 'asc' ? open : open.toReversed())
    .filter(({ window }) => window.start >= range.from && window.start < range.to && isBehind(window, range))
    .map(({ window, panes }) => ({ window, final: false, pane: panes().get(key) }));
}

async function* finalPanes(
  reading: Reading,
  view: ViewPlan,
  key: string,
  range: PaneRange & { readonly through: number },
): AsyncGenerator<KeyPane> {
  let { after } = range;
  // Few at first: they may fill the page, and reading ahead costs read units.
  for (let limit = Math.min(range.ahead, CHUNK); ; limit = Math.min(4 * limit, CHUNK)) {
    const windows = await finalWindows(reading, view, { ...range, after, limit });
    const panes = await panesOfKey(reading, view, key, windows);
    for (const { start, end } of windows) yield { window: { start, end }, final: true, pane: panes.get(windowName({ start, end })) };
    if (windows.length < limit) return;
    after = windows.at(-1);
  }
}

/**
 * Final and live panes of unaligned windows, by start. A session that is open can begin before one that is final, since a late event that
 * joins it moves its start; only one that begins after the boundary comes after all that are final.
 */
async function* interleaved(
  final: AsyncIterable<KeyPane>,
  live: readonly KeyPane[],
  range: Pick<PaneRange, 'order'> & { readonly through: number },
): AsyncGenerator<KeyPane> {
  const [early, later] = [
    live.filter(({ window }) => window.start <= range.through),
    live.filter(({ window }) => window.start > range.through),
  ];
  if (range.order === 'desc') yield* later;
  let next = 0;
  if (early.length === 0) yield* final;
  else {
    for await (const pane of final) {
      for (let before = early[next]; before && isBehind(pane.window, { ...range, after: before.window }); before = early[++next])
        yield before;
      yield pane;
    }
  }
  yield* early.slice(next);
  if (range.order === 'asc') yield* later;
}

async function* chain<T>(first: AsyncIterable<T> | Iterable<T>, second: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* second;
}
