import { hashKey } from '../../core/key.ts';
import { SLOTS } from '../../core/state.ts';
import { hasKeyWindows } from '../../core/view.ts';
import { windowName } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Store } from '../../store/ports.ts';
import { finalWindowsOfKey } from './final-key-windows.ts';
import { finalWindows, panesOfKey } from './final-panes.ts';
import { windowsNotFinal } from './open-windows.ts';
import { isBehind, type KeyPane, type PaneRange } from './pane-range.ts';
import type { AsOf } from './query.ts';
import { type Reader, withSnapshot } from './reader.ts';

/** One key's panes in a range of windows, in order. */
export interface KeyPanes {
  readonly panes: AsyncIterable<KeyPane>;
  readonly asOf: AsOf;
  readonly watermark: number;
  readonly through: number;
}

/** Final windows asked for at once. */
const CHUNK = 250;

/**
 * One key's panes, final ones from pages and later ones from the tasks' states, by start of the window.
 *
 * @param range windows that start in `[from, to)`, behind `after`
 */
export async function keyPanes(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  key: string,
  range: PaneRange,
  asOf: AsOf | undefined,
): Promise<KeyPanes> {
  return withSnapshot(reader, store, view, { slot: hashKey(key) % SLOTS }, asOf, (snapshot) => {
    const { through } = snapshot;
    const live: KeyPane[] = [];
    const open = windowsNotFinal(view, snapshot, key);
    for (const { window, panes } of range.order === 'asc' ? open : open.toReversed()) {
      if (window.start < range.from || window.start >= range.to || !isBehind(window, range)) continue;
      const pane = panes().get(key);
      if (pane) live.push({ window, final: false, pane });
    }
    const behind = { ...range, through };
    const final = hasKeyWindows(view) ? finalWindowsOfKey(reader, store, view, key, behind) : finalPanes(reader, store, view, key, behind);
    const panes = range.order === 'asc' ? chain(final, live) : chain(live, final);
    return { panes, asOf: snapshot.asOf, watermark: snapshot.watermark, through };
  });
}

async function* finalPanes(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  key: string,
  range: PaneRange & { readonly through: number },
): AsyncGenerator<KeyPane> {
  for (let { after } = range; ; ) {
    const windows = await finalWindows(reader, store, view, { ...range, after, limit: CHUNK });
    const panes = await panesOfKey(reader, store, view, key, windows);
    for (const { start, end } of windows) yield { window: { start, end }, final: true, pane: panes.get(windowName({ start, end })) };
    if (windows.length < CHUNK) return;
    after = windows.at(-1);
  }
}

async function* chain<T>(first: AsyncIterable<T> | Iterable<T>, second: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* second;
}
