import type { Entry } from '../core/entry.ts';
import { encodeEntry } from '../core/entry-codec.ts';
import { inherit, type Parent } from '../core/inherit.ts';
import type { TaskState } from '../core/state.ts';
import type { Store, TaskId } from '../store/ports.ts';
import { commit } from './commit.ts';
import type { EncodedEntry } from './decide.ts';
import { follow } from './follow.ts';
import { holdsKeyOf } from './hash-range.ts';
import { type Runtime, streamPlan, taskId, taskName } from './runtime.ts';
import type { ShardInfo } from './shard-source.ts';

/** A listing that is fetched at most once, when it is first needed. */
export type Listing = () => Promise<readonly ShardInfo[]>;

/** A listing of a stream's shards that is fetched at most once. */
export function listingOf(runtime: Runtime, stream: string): Listing {
  let listing: Promise<readonly ShardInfo[]> | undefined;
  return () => {
    listing ??= runtime.shards.list(stream);
    return listing;
  };
}

/**
 * The shards of a listing that includes a shard; fetches a new listing otherwise. A listing may be older than a shard that already has a
 * task; only a newer one proves that the shard is past its retention.
 */
async function listedWith(runtime: Runtime, stream: string, shard: string, listing: Listing): Promise<readonly ShardInfo[]> {
  const shards = await listing();
  return shards.some((s) => s.shard === shard) ? shards : runtime.shards.list(stream);
}

/** A control entry: it has no events and changes only what is given. */
export function quietEntry(runtime: Runtime, state: TaskState, change: Partial<Entry> & Pick<Entry, 'kind'>): EncodedEntry {
  const entry: Entry = {
    first: state.sequence,
    last: state.sequence,
    watermark: state.watermark,
    base: state.base,
    lastArrival: state.lastArrival,
    events: 0,
    records: 0,
    deadRecords: 0,
    version: runtime.version,
    children: [],
    views: [],
    late: [],
    dead: [],
    ...change,
  };
  return { entry, bytes: encodeEntry(entry, []) };
}

/**
 * Makes sure that a task is registered and has its first entry. A child starts only after all its parents have ended,
 * at their least watermark, so registering it ends them first. A task without parents starts at the boundary of final results, if there is one.
 *
 * @returns false if a parent still has unprocessed records, or the shard is not listed yet
 */
export async function ensureGenesis(
  runtime: Runtime,
  store: Store,
  stream: string,
  shard: string,
  listing: Listing,
  deadline: number,
): Promise<boolean> {
  const task = taskId(runtime, stream, shard);
  const name = taskName(task);
  if ((runtime.cache.get(name)?.state.index ?? 0) > 0) return true;
  const known = await runtime.cache.exclusive(name, () => follow(runtime, store, task));
  if (known.state.index > 0) return true;
  const registered = new Set(await store.tasks.list(task));
  const shards = registered.has(shard) ? await listedWith(runtime, stream, shard, listing) : await listing();
  const info = shards.find((s) => s.shard === shard);
  // A listing can be older than the shard: if the shard is missing, its parents are unknown.
  if (!info && !registered.has(shard)) return false;
  const parents: Ended[] = [];
  for (const parent of info?.parents ?? []) {
    // A parent past its retention that no task has read has no records any more.
    if (!registered.has(parent) && !shards.some((s) => s.shard === parent)) continue;
    const ended = await ensureEnd(runtime, store, stream, parent, listing, deadline);
    if (ended === undefined) return false;
    parents.push(ended);
  }
  const clock = parents.length > 0 ? clockAfter(parents) : await clockWithout(runtime, store, task);
  const inherited = await inheritedFrom(runtime, task, parents, clock);
  // Registered before its genesis: a task is in every list before it has any state.
  await store.tasks.register(task);
  await runtime.cache.exclusive(name, () =>
    commit(runtime, store, task, deadline, (state) =>
      state.index > 0 ? undefined : quietEntry(runtime, state, { kind: 'genesis', ...clock, ...inherited }),
    ),
  );
  return true;
}

/** What children need of an ended task. */
type Ended = TaskClock & Parent;

/**
 * What a task inherits from its ended parents. Without state that is kept by partition key, that is nothing, and the shard's hash keys are not
 * needed.
 */
async function inheritedFrom(
  runtime: Runtime,
  { stream, shard }: TaskId,
  parents: readonly Ended[],
  { watermark }: TaskClock,
): Promise<Partial<Entry>> {
  const isKeyed = streamPlan(runtime, stream).dedupe !== undefined || parents.some(({ ids }) => ids.size > 0);
  if (parents.length === 0 || !isKeyed) return {};
  const holdsKey = await holdsKeyOf(runtime, stream, shard);
  return inherit(parents, watermark, holdsKey ?? (() => true));
}

/** A task's watermark, and where its clock started. */
type TaskClock = Pick<TaskState, 'watermark' | 'base' | 'lastArrival'>;

/**
 * The clock of a child continues that of its slowest parent. Nothing can have arrived in the child before the last arrival in its parents,
 * however long ago that is, so waiting records are searched from that time on.
 */
function clockAfter(parents: readonly TaskClock[]): TaskClock {
  const lastArrival = Math.min(...parents.map((parent) => parent.lastArrival));
  const base = Math.min(...parents.map((parent) => parent.base - (parent.lastArrival - lastArrival)));
  return { watermark: Math.min(...parents.map(({ watermark }) => watermark)), base, lastArrival };
}

/**
 * The clock of a shard whose parents are no longer known. Events for final windows are late there: the boundary of the view
 * that is furthest ahead replaces the parents' watermark, because no task was behind it.
 */
async function clockWithout({ clock }: Runtime, store: Store, task: TaskId): Promise<TaskClock> {
  const { mergedThrough } = await store.tasks.progress(task, { consistent: true });
  const watermark = Math.max(Number.NEGATIVE_INFINITY, ...mergedThrough.values());
  return { watermark, base: watermark, lastArrival: clock.now() };
}

/**
 * Closes the task of a shard that is closed and drained to its last record.
 *
 * @returns the task's final clock; `undefined` while it can still advance
 */
export async function ensureEnd(
  runtime: Runtime,
  store: Store,
  stream: string,
  shard: string,
  listing: Listing,
  deadline: number,
): Promise<Ended | undefined> {
  if (!(await ensureGenesis(runtime, store, stream, shard, listing, deadline))) return undefined;
  const task = taskId(runtime, stream, shard);
  return runtime.cache.exclusive(taskName(task), async () => {
    const before = await follow(runtime, store, task);
    if (before.state.ended) return before.state;
    const shards = await listedWith(runtime, stream, shard, listing);
    const info = shards.find((s) => s.shard === shard);
    if (info?.open) return undefined;
    // A shard that is no longer listed is past its retention: nothing can be read from it.
    if (info) {
      const probe = await runtime.shards.probe(stream, shard, before.state.sequence, before.state.lastArrival);
      if (!probe.empty || !probe.drained) return undefined;
    }
    const proved = before.state.sequence;
    const children = shards.filter((s) => s.parents.includes(shard)).map((s) => s.shard);
    const { held } = await commit(runtime, store, task, deadline, (state) =>
      state.ended || state.sequence !== proved ? undefined : quietEntry(runtime, state, { kind: 'end', children }),
    );
    return held.state.ended ? held.state : undefined;
  });
}
