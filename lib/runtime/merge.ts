import { collectPanes, openWindows } from '../core/result.ts';
import type { TaskState, ViewState } from '../core/state.ts';
import { hashKey } from '../core/stored.ts';
import { hasKeyWindows, timed } from '../core/view.ts';
import { type Window, windowName } from '../core/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { MergeNotes, Store, ViewId } from '../store/ports.ts';
import { awaitedBoundaries } from './awaited.ts';
import { closes } from './closes.ts';
import { doneState, isDone, scopeOf } from './done-tasks.ts';
import { follow } from './follow.ts';
import { AT_ONCE, mapTasks } from './map-tasks.ts';
import { mergeKeyWindows } from './merge-key-windows.ts';
import { MergeLease } from './merge-lease.ts';
import type { MergeReport } from './merge-report.ts';
import { writeWindow } from './pages.ts';
import { type Runtime, scanning, taskId, taskName, viewsOf } from './runtime.ts';

/**
 * Merges the panes of windows that every task has closed into final results, for each view of a stream. Results are
 * written before the boundary moves past them, and a boundary only moves forward. A merge that is interrupted and restarted, or
 * runs twice at the same time, writes the same results.
 *
 * A lease lets one merge of a stream run at a time. At its end, a merge notes which task holds results back and reads that task once
 * more: if the task advanced before the note, the merge continues; if it advances later, its batch asks for a merge.
 *
 * @param deadline instant after which no further window, and no further pages of a large one, are started
 * @returns what was done to each view; nothing if another merge is running
 */
export async function mergeStream(of: Runtime, store: Store, stream: string, deadline: number): Promise<MergeReport[]> {
  const runtime = scanning(of);
  // One after the other: a merge that reads the boundary while another is running would write that one's windows again.
  return runtime.cache.exclusive(`${stream}#merge`, async () => {
    let reports: readonly MergeReport[] = [];
    for (;;) {
      const lease = await MergeLease.take(runtime, store, { application: runtime.plan.name, stream });
      if (!lease) return [...reports];
      const round = await mergeHeld(runtime, store, stream, lease, deadline);
      reports = added(reports, round.reports);
      const isLast = !(await lease.end(round.notes)) || round.heldBack === undefined || runtime.clock.now() > deadline;
      if (isLast || (await round.heldBack())) return [...reports];
    }
  });
}

/** The outcome of a merge. */
interface Round {
  readonly reports: readonly MergeReport[];
  /** `undefined`: it was interrupted */
  readonly notes: MergeNotes | undefined;
  /** checks whether the task that held results back still does; `undefined`: there is no such task */
  readonly heldBack: (() => Promise<boolean>) | undefined;
}

const NOTHING: Round = { reports: [], notes: undefined, heldBack: undefined };

async function mergeHeld(runtime: Runtime, store: Store, stream: string, lease: MergeLease, deadline: number): Promise<Round> {
  try {
    return await merge(runtime, store, stream, lease, deadline);
  } catch (error) {
    // If this fails too, the lease expires.
    await lease.end().catch(() => {});
    throw error;
  }
}

async function merge(runtime: Runtime, store: Store, stream: string, lease: MergeLease, deadline: number): Promise<Round> {
  const { listed, mergedThrough } = await store.tasks.progress({ application: runtime.plan.name, stream }, { consistent: true });
  if (!listed) return NOTHING;
  const views = viewsOf(runtime, stream);
  const registered = await store.tasks.registered(taskId(runtime, stream, ''));
  const done = new Map(registered.filter((task) => isDone(task, views)).map((task) => [task.shard, doneState(task)]));
  const tasks = new Set(registered.map(({ shard }) => shard));
  const shards = shuffled(
    [...tasks].filter((shard) => !done.has(shard)),
    runtime.nonce(),
  );
  const scope = scopeOf([...tasks], views);
  const known = lease.notes.scope === scope ? lease.notes.through : Number.NEGATIVE_INFINITY;
  const { boundaries: awaited, failures: unreadable } = await awaitedBoundaries(runtime, store, stream);
  const look = async (shard: string): Promise<TaskState> => {
    const task = taskId(runtime, stream, shard);
    return (await follow(runtime, store, task)).state;
  };
  /** Whether nothing is left to merge up to a task's watermark, given that everything before `through` is merged. */
  const holdsBack = (state: TaskState, through: number): boolean => {
    if (isSucceeded(state, (child) => tasks.has(child))) return false;
    return !views.some((view) => {
      const from = mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY;
      const isAwaited = Math.min(awaited.get(view.name) ?? from, state.watermark) > from;
      return isAwaited || closes([view], Math.max(from, through), state.watermark);
    });
  };
  const names = shards.map((shard) => taskName(taskId(runtime, stream, shard)));
  const stillHeldBack = (shard: string, through: number) => () =>
    holdAll(runtime, [taskName(taskId(runtime, stream, shard))], async () => holdsBack(await look(shard), through));
  return holdAll(runtime, names, async () => {
    const states = new Map<string, TaskState>(done);
    const heldBackLately = (shard: string): boolean => {
      const seen = runtime.cache.get(taskName(taskId(runtime, stream, shard)));
      return seen === undefined || holdsBack(seen.state, known);
    };
    for (const some of inTurn(shards, lease.notes.heldBackBy, heldBackLately)) {
      for (const [shard, state] of await mapTasks(some, async (one) => [one, await look(one)] as const)) states.set(shard, state);
      const heldBackBy = some.find((shard) => holdsBack(states.get(shard) as TaskState, known));
      if (heldBackBy !== undefined) {
        return { reports: [], notes: { ...lease.notes, heldBackBy }, heldBack: stillHeldBack(heldBackBy, known) };
      }
    }
    const to = leastWatermark(states);
    const reports: MergeReport[] = [];
    let whole = true;
    // A view that cannot be merged does not hold back the others.
    const failures: unknown[] = [...unreadable];
    for (const view of views) {
      const from = mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY;
      const range = { from, to, awaited: awaited.get(view.name) ?? from };
      const held = [...states.values()].map((state) => state.views.get(view.name)).filter((state) => state !== undefined);
      // Another merge ran meanwhile, and the tasks have evicted those panes: the states here are incomplete.
      const overtaken = held.some((state) => state.dropped > from);
      if (overtaken) reports.push({ view: view.name, windows: 0, keys: 0, mergedThrough: from });
      else {
        try {
          reports.push(await mergeView(runtime, store, view, held, range, lease, deadline));
        } catch (error) {
          failures.push(error);
        }
      }
      if (overtaken || !(await lease.keep())) whole = false;
    }
    // Reporting one error suffices: the others fail again at the next tick.
    if (failures.length > 0) throw failures[0];
    if (!whole || runtime.clock.now() > deadline) return { ...NOTHING, reports };
    const heldBackBy = shards.find((shard) => holdsBack(states.get(shard) as TaskState, to));
    return {
      reports,
      notes: { heldBackBy: heldBackBy ?? '', through: to, scope },
      heldBack: heldBackBy === undefined ? undefined : stillHeldBack(heldBackBy, to),
    };
  });
}

/**
 * The least watermark of the tasks. An ended task no longer counts once its children, which start from its watermark, are
 * all among the tasks.
 */
export function leastWatermark(states: ReadonlyMap<string, TaskState>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const state of states.values()) {
    if (isSucceeded(state, (child) => states.has(child))) continue;
    least = Math.min(least, state.watermark);
  }
  return least === Number.POSITIVE_INFINITY ? greatest(states) : least;
}

/** Whether a task has ended and its children, which start from its watermark, are all among the tasks. */
function isSucceeded({ ended, children }: TaskState, isTask: (shard: string) => boolean): boolean {
  return ended && children.every(isTask);
}

/**
 * A stream's shards, some at a time. Those that probably hold results back come first: the last one that did, then those
 * that did when this process last read them, then the others.
 */
function* inTurn(shards: readonly string[], first: string, heldBack: (shard: string) => boolean): Generator<readonly string[]> {
  if (shards.includes(first)) yield [first];
  const { likely = [], other = [] } = Object.groupBy(
    shards.filter((shard) => shard !== first),
    (shard) => (heldBack(shard) ? 'likely' : 'other'),
  );
  const rest = [...likely, ...other];
  for (let from = 0; from < rest.length; from += AT_ONCE) yield rest.slice(from, from + AT_ONCE);
}

/**
 * Shards in random order, so that the merge names a random one of those that hold results back. If it named the next one to advance each time,
 * there would be one merge per shard; with random order, their number is logarithmic in the number of shards.
 */
function shuffled(shards: readonly string[], chance: string): readonly string[] {
  return shards
    .map((shard) => ({ shard, place: hashKey(`${shard} ${chance}`) }))
    .sort((a, b) => a.place - b.place)
    .map(({ shard }) => shard);
}

/** The combined report of two successive merges. */
function added(before: readonly MergeReport[], after: readonly MergeReport[]): readonly MergeReport[] {
  const later = new Map(after.map((report) => [report.view, report]));
  const both = before.map((report) => {
    const { windows = 0, keys = 0, mergedThrough = report.mergedThrough } = later.get(report.view) ?? {};
    return { view: report.view, windows: report.windows + windows, keys: report.keys + keys, mergedThrough };
  });
  return [...both, ...after.filter(({ view }) => !before.some((report) => report.view === view))];
}

/** The watermark of a stream whose shards have all ended, the last ones without children: no event can follow. */
function greatest(states: ReadonlyMap<string, TaskState>): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...Array.from(states.values(), (state) => state.watermark));
}

/** A view's boundary, the least watermark of the tasks, and the boundary that derived views wait for. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly awaited: number;
}

async function mergeView(
  runtime: Runtime,
  store: Store,
  view: ViewPlan,
  held: readonly ViewState[],
  { from, to, awaited }: Range,
  lease: MergeLease,
  deadline: number,
): Promise<MergeReport> {
  const report = { view: view.name, windows: 0, keys: 0, mergedThrough: from };
  if (!(to > from)) return report;
  if (hasKeyWindows(view)) return mergeKeyWindows(runtime, store, view, held, { from, to, awaited }, deadline);
  const id = { application: runtime.plan.name, view: view.name };
  const stream = { application: runtime.plan.name, stream: view.stream };
  const due = openWindows(timed(view), held, from, to);
  const written = lease.afterCutOff ? await writtenWindows(runtime, store, id, due) : new Set();
  for (const window of due) {
    if (runtime.clock.now() > deadline || !(await lease.keep())) break;
    const panes = new Map<string, unknown[]>();
    for (const state of held) collectPanes(timed(view), state, window, panes);
    // A large one may take several calls.
    if (!written.has(windowName(window)) && !(await writeWindow(runtime, store, id, view, window, panes, deadline))) break;
    report.windows++;
    report.keys += panes.size;
    report.mergedThrough = window.end + view.allowedLateness;
    // At intervals, so that a long merge that is interrupted continues from there.
    if (report.windows % 50 === 0) await store.tasks.raiseMergedThrough(stream, view.name, report.mergedThrough);
  }
  // Without windows left, the view can have no more results up to there.
  if (report.windows === due.length) report.mergedThrough = Math.max(report.mergedThrough, Math.min(awaited, to));
  if (report.mergedThrough > from) await store.tasks.raiseMergedThrough(stream, view.name, report.mergedThrough);
  return report;
}

/** The windows whose results were written by a merge that was interrupted before it moved the boundary. */
async function writtenWindows(runtime: Runtime, store: Store, id: ViewId, due: readonly Window[]): Promise<ReadonlySet<string>> {
  const starts = due.map(({ start }) => start);
  if (starts.length === 0) return new Set();
  const range = { from: Math.min(...starts), to: Math.max(...starts) + 1, order: 'asc', limit: Number.POSITIVE_INFINITY } as const;
  const found = await store.results.windows(id, { ...range, now: runtime.clock.now() });
  return new Set(found.map(windowName));
}

/** Holds several tasks at once, always in the same order. */
async function holdAll<T>(runtime: Runtime, names: readonly string[], work: () => Promise<T>): Promise<T> {
  const [first, ...rest] = [...names].sort();
  return first === undefined ? work() : runtime.cache.exclusive(first, () => holdAll(runtime, rest, work));
}
