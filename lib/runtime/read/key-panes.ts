import { hashKey } from '../../core/key.ts';
import { collectPanes, openWindows } from '../../core/result.ts';
import { SLOTS } from '../../core/state.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Store } from '../../store/ports.ts';
import { finalWindows, panesOfKey } from './final-panes.ts';
import type { AsOf } from './query.ts';
import { type Reader, withSnapshot } from './reader.ts';

/** One key's pane in one window. */
export interface KeyPane {
  readonly start: number;
  readonly final: boolean;
  /** `undefined`: the key is not in this window, which is told so that a reader knows how far the search has come */
  readonly pane: readonly unknown[] | undefined;
}

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
 * @param range starts in `[from, to)`
 */
export async function keyPanes(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  key: string,
  range: { readonly from: number; readonly to: number; readonly order: 'asc' | 'desc' },
  asOf: AsOf | undefined,
): Promise<KeyPanes> {
  return withSnapshot(reader, store, view, { slot: hashKey(key) % SLOTS }, asOf, (snapshot) => {
    const { through } = snapshot;
    const states = Array.from(snapshot.states.values(), (state) => state.views.get(view.name)).filter((state) => state !== undefined);
    const ends = new Set(states.flatMap((state) => openWindows(view, state, through, Number.POSITIVE_INFINITY)));
    const live: KeyPane[] = [];
    for (const end of [...ends].sort((a, b) => (range.order === 'asc' ? a - b : b - a))) {
      const window = { start: end - view.window.size, end };
      if (window.start < range.from || window.start >= range.to) continue;
      const found = new Map<string, unknown[]>();
      for (const state of states) collectPanes(view, state, window, found, key);
      const pane = found.get(key);
      if (pane) live.push({ start: window.start, final: false, pane });
    }
    const final = finalPanes(reader, store, view, key, { ...range, through });
    const panes = range.order === 'asc' ? chain(final, live) : chain(live, final);
    return { panes, asOf: snapshot.asOf, watermark: snapshot.watermark, through };
  });
}

async function* finalPanes(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  key: string,
  range: { readonly from: number; readonly to: number; readonly order: 'asc' | 'desc'; readonly through: number },
): AsyncGenerator<KeyPane> {
  let { from, to } = range;
  for (;;) {
    const windows = await finalWindows(reader, store, view, { ...range, from, to, limit: CHUNK });
    const panes = await panesOfKey(reader, store, view, key, windows);
    for (const { start } of windows) yield { start, final: true, pane: panes.get(start) };
    const last = windows.at(-1);
    if (!last || windows.length < CHUNK) return;
    if (range.order === 'asc') from = last.start + 1;
    else to = last.start;
  }
}

async function* chain<T>(first: AsyncIterable<T> | Iterable<T>, second: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* first;
  yield* second;
}
