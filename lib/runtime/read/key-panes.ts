import { hashKey } from '../../core/key.ts';
import { collectPanes, onlyKey, openWindows, withRunningResult } from '../../core/result.ts';
import { SLOTS, type ViewState } from '../../core/state.ts';
import { ALL_TIME, type Window, windowName } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Store } from '../../store/ports.ts';
import { finalWindows, panesOfKey } from './final-panes.ts';
import type { AsOf } from './query.ts';
import { type Reader, withSnapshot } from './reader.ts';

/** One key's pane in one window. */
export interface KeyPane {
  readonly window: Window;
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

/** Which of a key's panes. */
export interface PaneRange {
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  readonly after?: Window | undefined;
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
    // A copy, since the states go on changing; windows are put together as they are asked for: there may be 10,000 of 10,000 slices.
    const states = Array.from(snapshot.states.values(), (state) => state.views.get(view.name))
      .filter((state) => state !== undefined)
      .map((state) => onlyKey(view, state, key));
    const live = livePanes(view, states, key, { ...range, through });
    const final = finalPanes(reader, store, view, key, { ...range, through });
    const panes = range.order === 'asc' ? chain(final, live) : chain(live, final);
    return { panes, asOf: snapshot.asOf, watermark: snapshot.watermark, through };
  });
}

function* livePanes(
  view: ViewPlan,
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

/** Whether a window comes later in the order than the one to go on behind. */
export function isBehind(window: Window, { order, after }: Pick<PaneRange, 'order' | 'after'>): boolean {
  if (!after) return true;
  const difference = window.start - after.start || window.end - after.end;
  return order === 'asc' ? difference > 0 : difference < 0;
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
