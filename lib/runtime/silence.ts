import type { TaskState } from '../core/state.ts';
import { hasKeyWindows } from '../core/view.ts';
import type { Store } from '../store/ports.ts';
import { awaitedBoundaries } from './awaited.ts';
import { carriesOn } from './carried.ts';
import { closes } from './closes.ts';
import { commit } from './commit.ts';
import { isDone, scopeOf } from './done-tasks.ts';
import { follow } from './follow.ts';
import { mapTasks } from './map-tasks.ts';
import { type Runtime, streamPlan, taskId, taskName, viewsOf } from './runtime.ts';
import { quietEntry } from './shards.ts';
import { isUnreadable } from './unreadable.ts';

/** A task according to its log. */
type Seen = Pick<TaskState, 'index' | 'watermark' | 'base' | 'lastArrival' | 'sequence' | 'ended'> & { readonly shard: string };

/** Where a task's clock started, and when the task was read. */
type Clock = Pick<Seen, 'base' | 'lastArrival'> & { readonly at: number };

type Looked = Seen & Clock & { readonly silent: boolean };

/**
 * Advances the watermarks of idle tasks, so that one idle shard does not hold back the others. A task is idle when nothing
 * arrived for the idle timeout and a read of its shard proves that nothing is waiting. It follows the least watermark of
 * the tasks that are not idle. If all are idle, time continues from the latest of their clocks, or, if none of them ever
 * had an event, from the latest clock of the ended tasks. A watermark never advances past the proof for its own shard.
 *
 * @returns how many tasks were moved
 */
export async function moveSilent(runtime: Runtime, store: Store, stream: string, deadline: number): Promise<number> {
  const { idleTimeout, maxOutOfOrderness } = streamPlan(runtime, stream);
  const { mergedThrough } = await store.tasks.progress({ application: runtime.plan.name, stream }, { consistent: true });
  const views = viewsOf(runtime, stream);
  const registered = await store.tasks.registered(taskId(runtime, stream, ''));
  const awaited = await isAwaited(runtime, store, stream, mergedThrough);
  let waiting = awaited;
  const look = (shard: string): Promise<Seen> => {
    const task = taskId(runtime, stream, shard);
    return runtime.cache.exclusive(taskName(task), async (): Promise<Seen> => {
      const { state } = await follow(runtime, store, task);
      waiting ||= holdsBeyond(runtime, stream, state, mergedThrough);
      const { index, watermark, base, lastArrival, sequence, ended } = state;
      return { shard, index, watermark, base, lastArrival, sequence, ended };
    });
  };
  if (!awaited) {
    const { heldBackBy, through, scope } = await store.tasks.mergeNotes(taskId(runtime, stream, ''));
    const all = registered.map(({ shard }) => shard);
    if (all.includes(heldBackBy) && scope === scopeOf(all, views)) {
      const { ended, lastArrival, watermark } = await look(heldBackBy);
      // The task that holds results back still receives events and has passed no window: moving the others would gain nothing.
      if (!ended && runtime.clock.now() - lastArrival < idleTimeout && !closes(views, through, watermark)) return 0;
    }
  }
  const done = registered.filter((task) => isDone(task, views));
  const left = registered.filter((task) => !done.includes(task));
  const tasks = await mapTasks(left, ({ shard }) => look(shard));
  // No window waits for time, so no watermark needs to advance.
  waiting ||= await carriesWindows(runtime, store, stream, mergedThrough);
  if (!waiting) return 0;
  const begun = tasks.filter(({ ended, index }) => !ended && index > 0);
  const looked = await mapTasks(begun, async (seen): Promise<Looked> => {
    const at = runtime.clock.now();
    const quiet = at - seen.lastArrival >= idleTimeout;
    const probe = quiet ? await runtime.shards.probe(stream, seen.shard, seen.sequence, seen.lastArrival) : undefined;
    return { ...seen, at, silent: probe?.empty === true && probe.millisBehindLatest === 0 && !probe.drained };
  });
  const active = looked.filter((task) => !task.silent);
  const latest = (clocks: readonly Clock[]): number =>
    Math.max(...clocks.map(({ base, at, lastArrival }) => base + (at - lastArrival - idleTimeout)));
  const at = runtime.clock.now();
  const hasClock = looked.some(({ base }) => Number.isFinite(base));
  const before = hasClock ? [] : [...tasks, ...(await mapTasks(done, ({ shard }) => look(shard)))];
  const ended = before.filter((task) => task.ended).map((task) => ({ ...task, at }));
  const clocks = hasClock ? looked : ended;
  const target = active.length > 0 ? Math.min(...active.map((task) => task.watermark)) : latest(clocks);
  const silent = looked.filter((task) => task.silent);
  const entries = await mapTasks(silent, async ({ shard, index, at }) => {
    const watermark = Math.min(target, at - maxOutOfOrderness);
    if (!Number.isFinite(watermark)) return undefined;
    const task = taskId(runtime, stream, shard);
    const { entry } = await runtime.cache.exclusive(taskName(task), () =>
      commit(runtime, store, task, deadline, (state) =>
        state.index === index && !state.ended && watermark > state.watermark
          ? quietEntry(runtime, state, { kind: 'idle', watermark })
          : undefined,
      ),
    );
    return entry;
  });
  return entries.filter((entry) => entry !== undefined).length;
}

function holdsBeyond(runtime: Runtime, stream: string, state: TaskState, mergedThrough: ReadonlyMap<string, number>): boolean {
  return viewsOf(runtime, stream).some((view) => {
    const boundary = mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY;
    return state.views.get(view.name)?.held.holdsBeyond(boundary) ?? false;
  });
}

/**
 * Whether there are pending spans: spans of open windows that the tasks have evicted. A view whose pending spans cannot be read may have
 * some: watermarks advance for all views, and the merge of this view reports the error.
 */
async function carriesWindows(
  runtime: Runtime,
  store: Store,
  stream: string,
  mergedThrough: ReadonlyMap<string, number>,
): Promise<boolean> {
  for (const view of viewsOf(runtime, stream)) {
    const through = mergedThrough.get(view.name);
    if (through === undefined || !hasKeyWindows(view)) continue;
    try {
      if (await carriesOn(store, runtime.plan.name, view, through - view.allowedLateness)) return true;
    } catch (error) {
      if (isUnreadable(error)) return true;
      throw error;
    }
  }
  return false;
}

/** Whether derived views wait, or may wait, for windows in which the tasks have no panes. */
async function isAwaited(runtime: Runtime, store: Store, stream: string, mergedThrough: ReadonlyMap<string, number>): Promise<boolean> {
  const { boundaries, failures } = await awaitedBoundaries(runtime, store, stream);
  if (failures.length > 0) return true;
  return boundaries.entries().some(([view, boundary]) => boundary > (mergedThrough.get(view) ?? Number.NEGATIVE_INFINITY));
}
