import type { Window } from '../../core/window.ts';

/** One key's pane in one window. */
export interface KeyPane {
  readonly window: Window;
  readonly final: boolean;
  /** `undefined`: the key is not in this window, which is returned so that a reader knows how far the search has come */
  readonly pane: readonly unknown[] | undefined;
}

/** Selects panes of a key. */
export interface PaneRange {
  /** windows that start in `[from, to)` */
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  /** only panes after this window */
  readonly after?: Window | undefined;
  /** how many windows will probably be needed: this many are read first */
  readonly ahead: number;
}

/** Whether a window follows the one to continue after. */
export function isBehind(window: Window, { order, after }: Pick<PaneRange, 'order' | 'after'>): boolean {
  if (!after) return true;
  const difference = window.start - after.start || window.end - after.end;
  return order === 'asc' ? difference > 0 : difference < 0;
}
