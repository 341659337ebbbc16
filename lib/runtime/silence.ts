import type { TaskState } from '../core/state.ts';
import { hasKeyWindows, timed } from '../core/view.ts';
import { isClosed } from '../core/watermark.ts';
import { lastWindowEnd } from '../core/window.ts';
import type { Span } from '../core/windows/session.ts';
import type { Store } from '../store/ports.ts';
import { awaitedBoundaries } from './awaited.ts';
import { carriesOn } from './carried.ts';
import { commit } from './commit.ts';
import { follow } from './follow.ts';
import { type Runtime, streamPlan, taskId, taskName, viewsOf } from './runtime.ts';
import { quietEntry } from './shards.ts';

/** Where a task's clock started, and when it was looked at. */
interface Clock {
  readonly base: number;
  readonly lastArrival: number;
  readonly at: number;
}

interface Looked extends Clock {
  readonly shard: string;
  readonly index: number;
  readonly watermark: number;
  readonly silent: boolean;
}

/**
 * Moves the watermarks of silent tasks, so that one quiet shard does not hold the rest. A task is silent when nothing
 * arrived for the idle timeout and a read of its shard proves that nothing is waiting. It follows the least watermark of
 * the tasks that are not silent; when all are, time goes on from the latest of their clocks, or, where none of them ever
 * had an event, of those that ended before them. Never past its own proof.
 *
 * @returns how many tasks were moved
 */
export async function moveSilent(runtime: Runtime, store: Store, stream: string, deadline: number): Promise<number> {
  const { idleTimeout, maxOutOfOrderness } = streamPlan(runtime, stream);
  const { mergedThrough } = await store.tasks.progress({ application: runtime.plan.name, stream }, { consistent: true });
  const looked: Looked[] = [];
  const ended: Clock[] = [];
  let waiting = false;
  for (const shard of await store.tasks.list(taskId(runtime, stream, ''))) {
    const task = taskId(runtime, stream, shard);
    const seen = await runtime.cache.exclusive(taskName(task), async () => {
      const { state } = await follow(runtime, store, task);
      waiting ||= holdsBeyond(runtime, stream, state, mergedThrough);
      const { index, watermark, base, lastArrival, sequence, ended } = state;
      return { index, watermark, base, lastArrival, sequence, ended };
    });
    const at = runtime.clock.now();
    if (seen.ended) ended.push({ ...seen, at });
    if (seen.ended || seen.index === 0) continue;
    const quiet = at - seen.lastArrival >= idleTimeout;
    const probe = quiet ? await runtime.shards.probe(stream, shard, seen.sequence, seen.lastArrival) : undefined;
    const silent = probe?.empty === true && probe.millisBehindLatest === 0 && !probe.drained;
    looked.push({ ...seen, shard, at, silent });
  }
  // Nothing waits for time: let everything sleep.
  waiting ||= await carriesWindows(runtime, store, stream, mergedThrough);
  waiting ||= await isAwaited(runtime, store, stream, mergedThrough);
  if (!waiting) return 0;
  const active = looked.filter((task) => !task.silent);
  const latest = (clocks: readonly Clock[]): number =>
    Math.max(...clocks.map(({ base, at, lastArrival }) => base + (at - lastArrival - idleTimeout)));
  const clocks = looked.some(({ base }) => Number.isFinite(base)) ? looked : ended;
  const target = active.length > 0 ? Math.min(...active.map((task) => task.watermark)) : latest(clocks);
  let moved = 0;
  for (const { shard, index, at } of looked.filter((task) => task.silent)) {
    const watermark = Math.min(target, at - maxOutOfOrderness);
    if (!Number.isFinite(watermark)) continue;
    const task = taskId(runtime, stream, shard);
    const { entry } = await runtime.cache.exclusive(taskName(task), () =>
      commit(runtime, store, task, deadline, (state) =>
        state.index === index && !state.ended && watermark > state.watermark
          ? quietEntry(runtime, state, { kind: 'idle', watermark })
          : undefined,
      ),
    );
    if (entry) moved++;
  }
  return moved;
}

function holdsBeyond(runtime: Runtime, stream: string, state: TaskState, mergedThrough: ReadonlyMap<string, number>): boolean {
  return viewsOf(runtime, stream).some((view) => {
    const boundary = mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY;
    if (hasKeyWindows(view)) {
      // By reach, so the last one of a key is the last to end; mostly the first key looked at will do.
      const held = state.views.get(view.name)?.spans.values() ?? [];
      for (const spans of held) if ((spans.at(-1) as Span).end >= boundary - view.allowedLateness) return true;
      return false;
    }
    const { window } = timed(view);
    for (const start of state.views.get(view.name)?.cells.keys() ?? []) {
      const end = lastWindowEnd(window, start);
      // What never closes does not wait for time.
      if (Number.isFinite(end) && !isClosed(end, view.allowedLateness, boundary)) return true;
    }
    return false;
  });
}

/** Whether there are windows not over yet of which the tasks have let go. */
async function carriesWindows(
  runtime: Runtime,
  store: Store,
  stream: string,
  mergedThrough: ReadonlyMap<string, number>,
): Promise<boolean> {
  for (const view of viewsOf(runtime, stream)) {
    const through = mergedThrough.get(view.name);
    if (through === undefined || !hasKeyWindows(view)) continue;
    if (await carriesOn(store, runtime.plan.name, view, through - view.allowedLateness)) return true;
  }
  return false;
}

/** Whether derived views wait for windows in which the tasks hold nothing. */
async function isAwaited(runtime: Runtime, store: Store, stream: string, mergedThrough: ReadonlyMap<string, number>): Promise<boolean> {
  const awaited = await awaitedBoundaries(runtime, store, stream);
  return awaited.entries().some(([view, boundary]) => boundary > (mergedThrough.get(view) ?? Number.NEGATIVE_INFINITY));
}
