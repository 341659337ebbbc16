import { evict } from '../core/apply.ts';
import type { TaskState } from '../core/state.ts';
import type { Touch } from '../core/windowing.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Store, TaskId } from '../store/ports.ts';

/** How far a view has been merged: what ends up to there may go. */
export type Boundaries = (view: string) => number;

/** No pane may go. */
export const UNKNOWN: Boundaries = () => Number.NEGATIVE_INFINITY;

/** Whether a task holds panes that are closed, so that they can go as soon as they are merged. */
export function holdsClosed(views: readonly ViewPlan[], state: TaskState): boolean {
  return views.some(({ name }) => state.views.get(name)?.held.holdsClosed(state.watermark) ?? false);
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
export function forgetMerged(
  views: readonly ViewPlan[],
  state: TaskState,
  mergedThrough: ReadonlyMap<string, number>,
  touch: Touch = () => {},
): void {
  if (!state.ended) return;
  for (const view of views) {
    const boundary = mergedThrough.get(view.name);
    if (boundary !== undefined && state.views.has(view.name)) evict(view, state, boundary, touch);
  }
}

/** Whether nothing of a task is left to be merged or read. */
export function holdsNothing(state: TaskState): boolean {
  return state.views.values().every(({ held }) => held.isEmpty);
}
