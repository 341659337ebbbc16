import { letGo } from '../core/apply.ts';
import type { TaskState } from '../core/state.ts';
import { hasKeyWindows, type KeyWindowView, timed } from '../core/view.ts';
import { isClosed } from '../core/watermark.ts';
import { lastWindowEnd } from '../core/window.ts';
import type { Span } from '../core/windows/session.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Store, TaskId } from '../store/ports.ts';

/** How far a view has been merged: what ends up to there may go. */
export type Boundaries = (view: string) => number;

/** No pane may go. */
export const UNKNOWN: Boundaries = () => Number.NEGATIVE_INFINITY;

/** Whether a task holds panes that are closed, so that they can go as soon as they are merged. */
export function holdsClosed(views: readonly ViewPlan[], state: TaskState): boolean {
  return views.some((view) => {
    if (hasKeyWindows(view)) return holdsClosedSpan(view, state);
    const { window } = timed(view);
    for (const start of state.views.get(view.name)?.cells.keys() ?? []) {
      if (isClosed(lastWindowEnd(window, start), view.allowedLateness, state.watermark)) return true;
    }
    return false;
  });
}

function holdsClosedSpan(view: KeyWindowView, state: TaskState): boolean {
  const floor = state.watermark - view.allowedLateness;
  const held = state.views.get(view.name);
  // Every batch asks, and there may be a million keys: they are looked through only when the earliest may have ended.
  if (!held || held.earliestEnd >= floor) return false;
  let earliest = Number.POSITIVE_INFINITY;
  for (const spans of held.spans.values()) {
    const { end } = spans[0] as Span;
    if (end < floor) return true;
    earliest = Math.min(earliest, end);
  }
  held.earliestEnd = earliest;
  return false;
}

/** Asks how far views have been merged. Any boundary there ever was will do, so an eventually consistent read. */
export async function askBoundaries(store: Store, task: TaskId): Promise<Boundaries> {
  const { mergedThrough } = await store.tasks.progress(task);
  return (view) => mergedThrough.get(view) ?? Number.NEGATIVE_INFINITY;
}

/**
 * Lets go of what an ended task holds and was merged. No entry follows its last one, which would say so: whoever holds its state does
 * it, so that shards that are no more take no memory for ever.
 */
export function forgetMerged(views: readonly ViewPlan[], state: TaskState, mergedThrough: ReadonlyMap<string, number>): void {
  if (!state.ended) return;
  for (const view of views) {
    const boundary = mergedThrough.get(view.name);
    if (boundary !== undefined && state.views.has(view.name)) letGo(view, state, boundary);
  }
}

/** Whether nothing of a task is left to be merged or read. */
export function holdsNothing(state: TaskState): boolean {
  return state.views.values().every(({ cells, spans }) => cells.size === 0 && spans.size === 0);
}
