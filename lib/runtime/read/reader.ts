import { MillraceError } from '../../core/errors.ts';
import { type KeySpans, NO_SPANS } from '../../core/key-results.ts';
import type { TaskState } from '../../core/state.ts';
import { hasKeyWindows } from '../../core/view.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { Store, ViewId } from '../../store/ports.ts';
import { type KeyWindowPlan, readCarried } from '../carried.ts';
import { forgetMerged, holdsNothing } from '../closed-panes.ts';
import { follow, heldName, type Part } from '../follow.ts';
import { leastWatermark } from '../merge.ts';
import { type Runtime, taskId, viewsOf } from '../runtime.ts';
import type { AsOf } from './query.ts';

/** Answers queries: what the read functions work with. One per process. */
export interface Reader {
  readonly runtime: Runtime;
  /** milliseconds for which what was read of the logs is good enough */
  readonly followEvery: number;
  /** what was seen of each stream, by part */
  readonly seen: Map<string, Seen>;
}

/** A stream as it was when it was last looked at. */
interface Seen {
  readonly at: number;
  readonly states: ReadonlyMap<string, TaskState>;
  readonly mergedThrough: ReadonlyMap<string, number>;
}

/** A stream's tasks, and how far a view has been merged, such that each window is either in the states or in the pages. */
export interface Snapshot {
  readonly states: ReadonlyMap<string, TaskState>;
  /** windows up to here (+ lateness) are in pages, later ones in the states */
  readonly through: number;
  /** of windows of a key's own that are not over: what tasks have let go of */
  readonly carried: KeySpans;
  readonly watermark: number;
  readonly asOf: AsOf;
}

/**
 * Makes a reader.
 *
 * @param options.followEvery how long, in milliseconds, what was read of the logs answers further queries; default one second
 */
export function createReader(runtime: Runtime, options: { readonly followEvery?: number } = {}): Reader {
  return { runtime, followEvery: options.followEvery ?? 1000, seen: new Map() };
}

/** @throws MillraceError `argument` when the application has no such view */
export function viewPlan(reader: Reader, name: string): ViewPlan {
  const found = reader.runtime.plan.views.find((view) => view.name === name);
  if (found) return found;
  const names = reader.runtime.plan.views.map((view) => view.name).join(', ');
  throw new MillraceError('argument', `there is no view "${name}"; the views are: ${names}`);
}

/** Where a view's results are. */
export function viewId(reader: Reader, view: ViewPlan): ViewId {
  return { application: reader.runtime.plan.name, view: view.name };
}

/**
 * Looks at a view's stream: the states of all its tasks first, then how far the view has been merged. `read` gets both at
 * once and must take from the states what it needs before it returns, since they go on changing; pages it may read later.
 *
 * @param part which keys' panes are needed
 * @param asOf what the caller has seen already: the snapshot is not older
 */
export async function withSnapshot<T>(
  reader: Reader,
  store: Store,
  view: ViewPlan,
  part: Part,
  asOf: AsOf | undefined,
  read: (snapshot: Snapshot) => T,
): Promise<T> {
  for (let enough = (known: Seen): boolean => reaches(known, view.name, asOf); ; enough = () => false) {
    const seen = await look(reader, store, view.stream, part, enough);
    const through = boundary(seen, view.name);
    const carried = hasKeyWindows(view) ? await carriedAt(reader, store, view, through, part) : NO_SPANS;
    if (!holdsAllBeyond(seen, view, through)) continue;
    const tasks = Object.fromEntries(Array.from(seen.states, ([shard, state]) => [shard, state.index]));
    return read({ states: seen.states, through, carried, watermark: leastWatermark(seen.states), asOf: { tasks, mergedThrough: through } });
  }
}

/** Whether the states, as they are now, hold everything a boundary does not cover. */
function holdsAllBeyond({ states }: Seen, view: ViewPlan, through: number): boolean {
  // A task of this very process may have dropped, since, what was merged after the boundary was read.
  for (const state of states.values()) if ((state.views.get(view.name)?.dropped ?? through) > through) return false;
  if (!hasKeyWindows(view)) return true;
  // States from before the boundary: what had ended in them may have gone on, and is then not among what is carried on.
  return [...states.values()].every(({ index, ended, watermark }) => index === 0 || ended || watermark >= through);
}

function carriedAt({ runtime }: Reader, store: Store, view: KeyWindowPlan, through: number, part: Part): Promise<KeySpans> {
  const slot = typeof part === 'object' ? part.slot : undefined;
  return readCarried(store, runtime.plan.name, view, through - view.allowedLateness, slot);
}

function boundary(seen: Seen, view: string): number {
  return seen.mergedThrough.get(view) ?? Number.NEGATIVE_INFINITY;
}

function reaches(seen: Seen, view: string, asOf: AsOf | undefined): boolean {
  if (!asOf) return true;
  return (
    boundary(seen, view) >= asOf.mergedThrough &&
    Object.entries(asOf.tasks).every(([shard, index]) => (seen.states.get(shard)?.index ?? 0) >= index)
  );
}

/** What is known of a stream if that is fresh and `enough`, else what is there now. */
export async function look(reader: Reader, store: Store, stream: string, part: Part, enough: (seen: Seen) => boolean): Promise<Seen> {
  const { runtime, seen, followEvery } = reader;
  const name = heldName(taskId(runtime, stream, ''), part);
  const known = seen.get(name);
  const at = runtime.clock.now();
  if (known && at - known.at < followEvery && enough(known)) return known;
  const tasks = (await store.tasks.list(taskId(runtime, stream, ''))).map((shard) => taskId(runtime, stream, shard));
  const held = await Promise.all(
    tasks.map(async (task) => {
      // What the whole process knows already is better than a part of it.
      const known = runtime.cache.get(heldName(task, 'all')) ? 'all' : part;
      const name = heldName(task, known);
      const { state } = await runtime.cache.exclusive(name, () => follow(runtime, store, task, known));
      return { shard: task.shard, name, state };
    }),
  );
  const { mergedThrough } = await store.tasks.progress(taskId(runtime, stream, ''), { consistent: true });
  for (const { name, state } of held) {
    if (!state.ended || holdsNothing(state)) continue;
    await runtime.cache.exclusive(name, async () => forgetMerged(viewsOf(runtime, stream), state, mergedThrough));
  }
  const now: Seen = { at, states: new Map(held.map(({ shard, state }) => [shard, state])), mergedThrough };
  seen.delete(name);
  seen.set(name, now);
  for (const oldest of seen.keys()) {
    if (seen.size <= 64) break;
    seen.delete(oldest);
  }
  return now;
}
