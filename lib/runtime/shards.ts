import type { Entry } from '../core/entry.ts';
import { encodeEntry } from '../core/entry-codec.ts';
import type { TaskState } from '../core/state.ts';
import type { Store, TaskId } from '../store/ports.ts';
import { commit } from './commit.ts';
import type { EncodedEntry } from './decide.ts';
import { follow } from './follow.ts';
import { type Runtime, taskId, taskName } from './runtime.ts';
import type { ShardInfo } from './shard-source.ts';

/** A listing, asked for once when first needed. */
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
 * The shards of a listing that holds a shard, else of a new one: a listing may be older than a shard whose task is there
 * already, and only one that is not can tell that the shard is past its retention.
 */
async function listedWith(runtime: Runtime, stream: string, shard: string, listing: Listing): Promise<readonly ShardInfo[]> {
  const shards = await listing();
  return shards.some((s) => s.shard === shard) ? shards : runtime.shards.list(stream);
}

/** An entry that takes no events and moves nothing but what is given. */
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
 * Makes sure that a task is registered and has its first entry. A child starts only from parents that can no longer move,
 * at their least watermark: whoever registers it ends them first. One without parents starts where final results end, mostly at none.
 *
 * @returns false when a parent still has records to take, or the shard is not listed yet
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
  // A listing can be older than the shard: without it nobody knows whether parents have to end first.
  if (!info && !registered.has(shard)) return false;
  const parents: TaskClock[] = [];
  for (const parent of info?.parents ?? []) {
    // A parent that Kinesis has forgotten and no task has read holds nothing any more.
    if (!registered.has(parent) && !shards.some((s) => s.shard === parent)) continue;
    const ended = await ensureEnd(runtime, store, stream, parent, listing, deadline);
    if (ended === undefined) return false;
    parents.push(ended);
  }
  const clock = parents.length > 0 ? clockAfter(parents) : await clockWithout(runtime, store, task);
  // Registered before its genesis: a task is in every list before it holds anything.
  await store.tasks.register(task);
  await runtime.cache.exclusive(name, () =>
    commit(runtime, store, task, deadline, (state) =>
      state.index > 0 ? undefined : quietEntry(runtime, state, { kind: 'genesis', ...clock }),
    ),
  );
  return true;
}

/** How far a task has come, and where its clock started. */
type TaskClock = Pick<TaskState, 'watermark' | 'base' | 'lastArrival'>;

/**
 * The clock of a child: that of the slowest of its parents goes on. Nothing can have arrived in the child before the last arrival in its parents,
 * however long ago that is: from then on it is looked for what waits in it.
 */
function clockAfter(parents: readonly TaskClock[]): TaskClock {
  const lastArrival = Math.min(...parents.map((parent) => parent.lastArrival));
  const base = Math.min(...parents.map((parent) => parent.base - (parent.lastArrival - lastArrival)));
  return { watermark: Math.min(...parents.map(({ watermark }) => watermark)), base, lastArrival };
}

/**
 * The clock of a shard whose parents nobody knows any more. What would go into windows that are final is late there: the boundary of the view
 * that has come furthest stands for the parents, since no task was behind it.
 */
async function clockWithout({ clock }: Runtime, store: Store, task: TaskId): Promise<TaskClock> {
  const { mergedThrough } = await store.tasks.progress(task, { consistent: true });
  const watermark = Math.max(Number.NEGATIVE_INFINITY, ...mergedThrough.values());
  return { watermark, base: watermark, lastArrival: clock.now() };
}

/**
 * Closes the task of a shard that is closed and drained to its last record.
 *
 * @returns the task's clock as it stands for good; `undefined` while it may still move
 */
export async function ensureEnd(
  runtime: Runtime,
  store: Store,
  stream: string,
  shard: string,
  listing: Listing,
  deadline: number,
): Promise<TaskClock | undefined> {
  if (!(await ensureGenesis(runtime, store, stream, shard, listing, deadline))) return undefined;
  const task = taskId(runtime, stream, shard);
  return runtime.cache.exclusive(taskName(task), async () => {
    const before = await follow(runtime, store, task);
    if (before.state.ended) return before.state;
    const shards = await listedWith(runtime, stream, shard, listing);
    const info = shards.find((s) => s.shard === shard);
    if (info?.open) return undefined;
    // A shard that is listed no more is past its retention: nothing can be read from it.
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
