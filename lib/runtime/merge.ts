import { collectPanes, openWindows } from '../core/result.ts';
import type { TaskState } from '../core/state.ts';
import { hasKeyWindows, timed } from '../core/view.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Store } from '../store/ports.ts';
import { awaitedBoundaries } from './awaited.ts';
import { follow } from './follow.ts';
import { mapTasks } from './map-tasks.ts';
import { mergeKeyWindows } from './merge-key-windows.ts';
import type { MergeReport } from './merge-report.ts';
import { writeWindow } from './pages.ts';
import { type Runtime, taskId, taskName, viewsOf } from './runtime.ts';

/**
 * Combines the panes of windows that every task has closed into final results, for each view of a stream. Results are
 * written before the boundary moves past them; a boundary moves only forward. Stopping anywhere and starting again, or
 * running twice at once, writes the same.
 *
 * @param deadline instant after which nothing further is begun: no window, and no pages of a large one
 */
export async function mergeStream(runtime: Runtime, store: Store, stream: string, deadline: number): Promise<MergeReport[]> {
  // One after the other: a merge that reads the boundary while another is at work would write all that one's windows again.
  return runtime.cache.exclusive(`${stream}#merge`, () => merge(runtime, store, stream, deadline));
}

async function merge(runtime: Runtime, store: Store, stream: string, deadline: number): Promise<MergeReport[]> {
  const progress = await store.tasks.progress({ application: runtime.plan.name, stream }, { consistent: true });
  if (!progress.listed) return [];
  const names = (await store.tasks.list(taskId(runtime, stream, ''))).map((shard) => taskId(runtime, stream, shard));
  return holdAll(runtime, names.map(taskName), async () => {
    const followed = await mapTasks(names, async (task) => [task.shard, (await follow(runtime, store, task)).state] as const);
    const states: ReadonlyMap<string, TaskState> = new Map(followed);
    const to = leastWatermark(states);
    const awaited = await awaitedBoundaries(runtime, store, stream);
    const reports: MergeReport[] = [];
    for (const view of viewsOf(runtime, stream)) {
      const from = progress.mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY;
      reports.push(
        await mergeView(runtime, store, view, [...states.values()], { from, to, awaited: awaited.get(view.name) ?? from }, deadline),
      );
    }
    return reports;
  });
}

/**
 * How far every task has come. An ended task leaves the minimum once its children, which carry its watermark on, are
 * all among the tasks.
 */
export function leastWatermark(states: ReadonlyMap<string, TaskState>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const state of states.values()) {
    if (state.ended && state.children.every((child) => states.has(child))) continue;
    least = Math.min(least, state.watermark);
  }
  return least === Number.POSITIVE_INFINITY ? greatest(states) : least;
}

/** A stream of which every shard has ended, its last ones without children: nothing can come any more. */
function greatest(states: ReadonlyMap<string, TaskState>): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...Array.from(states.values(), (state) => state.watermark));
}

/** Where a view's boundary is, how far every task has come, and where somebody waits for the boundary. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly awaited: number;
}

async function mergeView(
  runtime: Runtime,
  store: Store,
  view: ViewPlan,
  states: readonly TaskState[],
  { from, to, awaited }: Range,
  deadline: number,
): Promise<MergeReport> {
  const report = { view: view.name, windows: 0, keys: 0, mergedThrough: from };
  const held = states.map((state) => state.views.get(view.name)).filter((state) => state !== undefined);
  // Someone merged meanwhile, and the tasks have let go of those panes: what is held here has holes.
  if (!(to > from) || held.some((state) => state.dropped > from)) return report;
  if (hasKeyWindows(view)) return mergeKeyWindows(runtime, store, view, held, { from, to, awaited }, deadline);
  const id = { application: runtime.plan.name, view: view.name };
  const stream = { application: runtime.plan.name, stream: view.stream };
  const due = openWindows(timed(view), held, from, to);
  for (const window of due) {
    if (runtime.clock.now() > deadline) break;
    const panes = new Map<string, unknown[]>();
    for (const state of held) collectPanes(timed(view), state, window, panes);
    // A large one may take several calls.
    if (!(await writeWindow(runtime, store, id, view, window, panes, deadline))) break;
    report.windows++;
    report.keys += panes.size;
    report.mergedThrough = window.end + view.allowedLateness;
    // Every so often, so that a long merge that is cut off goes on where it was.
    if (report.windows % 50 === 0) await store.tasks.raiseMergedThrough(stream, view.name, report.mergedThrough);
  }
  // With no windows left, nothing of the view can come any more up to there.
  if (report.windows === due.length) report.mergedThrough = Math.max(report.mergedThrough, Math.min(awaited, to));
  if (report.mergedThrough > from) await store.tasks.raiseMergedThrough(stream, view.name, report.mergedThrough);
  return report;
}

/** Holds several tasks at once, always in the same order. */
async function holdAll<T>(runtime: Runtime, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const [first, ...rest] = [...names].sort();
  return first === undefined ? work() : runtime.cache.exclusive(first, () => holdAll(runtime, rest, work));
}
