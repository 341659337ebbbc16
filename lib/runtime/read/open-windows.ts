import { collectSpans, keyPanes, mergedSpans } from '../../core/key-results.ts';
import { cellsOf, collectPanes, openWindows, withRunningResult } from '../../core/result.ts';
import { hasKeyWindows, timed } from '../../core/view.ts';
import { ALL_TIME, type Window, windowName } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Snapshot } from './reading.ts';

/** A window that is not final. */
export interface OpenWindow {
  readonly window: Window;
  /** how many keys it has */
  readonly keys: () => number;
  /** Returns its panes by key, merged over all tasks. Call it before the reading ends. */
  readonly panes: () => Map<string, unknown[]>;
}

/**
 * The windows of a view that are not final, by start and then end. A view with a global window always has that one.
 *
 * @param key only windows and panes of this key; an aligned window is returned even if the key has no pane in it
 */
export function windowsNotFinal(view: ViewPlan, snapshot: Snapshot, key?: string): OpenWindow[] {
  const { states } = snapshot;
  if (hasKeyWindows(view)) {
    const spans = collectSpans(states, snapshot.through - view.allowedLateness, snapshot.carried, key);
    const same = Map.groupBy(keyPanes(view, spans), ({ window }) => windowName(window));
    return Array.from(same.values(), (panes) => ({
      window: (panes[0] as (typeof panes)[number]).window,
      keys: () => panes.length,
      panes: () => new Map(panes.map((pane) => [pane.key, mergedSpans(view, pane.spans)])),
    }));
  }
  const timedView = timed(view);
  const windows =
    timedView.window.kind === 'global' ? [ALL_TIME] : openWindows(timedView, states, snapshot.through, Number.POSITIVE_INFINITY);
  return windows.map((window) => ({
    window,
    keys: () => new Set(states.flatMap((state) => cellsOf(timedView, state, window)).flatMap(({ panes }) => [...panes.keys()])).size,
    panes: () => {
      const panes = new Map<string, unknown[]>();
      for (const state of states) collectPanes(timedView, state, window, panes);
      return withRunningResult(view, panes);
    },
  }));
}
