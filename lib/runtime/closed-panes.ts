import { evict } from '../core/apply.ts';
import type { TaskState } from '../core/state.ts';
import type { Touch } from '../core/windowing.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Store, TaskId } from '../store/ports.ts';

/** How far a view has been merged: panes that end by then can be evicted. */
export type Boundaries = (view: string) => number;

/** No pane can be evicted. */
export const UNKNOWN: Boundaries = () => Number.NEGATIVE_INFINITY;

/** Whether a task holds closed panes, which can be evicted as soon as they are merged. */
export function holdsClosed(views: readonly ViewPlan[], state: TaskState): boolean {
  return views.some(({ name }) => state.views.get(name)?.held.holdsClosed(state.watermark) ?? false);
}

/** Reads how far views have been merged. An older boundary is also safe, so an eventually consistent read suffices. */
export async function askBoundaries(store: Store, task: TaskId): Promise<Boundaries> {
  const { mergedThrough } = await store.tasks.progress(task);
  return (view) => mergedThrough.get(view) ?? Number.NEGATIVE_INFINITY;
}

/**
 * Evicts the merged panes of an ended task. No entry follows its last one to evict them, so each process that holds its state does this
 * itself. Otherwise, ended shards would occupy memory for ever.
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

/** Whether a task has no panes left to be merged or read. */
export function holdsNothing(state: TaskState): boolean {
  return state.views.values().every(({ held }) => held.isEmpty);
}
