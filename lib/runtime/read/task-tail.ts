import { decodeBucket } from '../../core/checkpoint-codec.ts';
import { CheckpointDebt } from '../../core/checkpoint-debt.ts';
import { MillraceError } from '../../core/errors.ts';
import { emptyState, type TaskState } from '../../core/state.ts';
import { hashKey, SLOTS } from '../../core/stored.ts';
import type { Store, TaskId } from '../../store/ports.ts';
import { unpack } from '../body.ts';
import { forgetMerged, holdsNothing } from '../closed-panes.ts';
import { follow, heldName } from '../follow.ts';
import { bucketName } from '../item-names.ts';
import { taskName, viewsOf } from '../runtime.ts';
import type { Held } from '../state-cache.ts';
import type { Reader } from './reader.ts';

/**
 * A task as readers see it: the log since a checkpoint, and the buckets with the state before it. One tail serves every
 * query; of the buckets, which are immutable, only those with the requested keys are read.
 */
export interface TaskTail {
  readonly task: TaskId;
  readonly state: TaskState;
  /** ids of the checkpoint's buckets; '' for an empty one */
  readonly buckets: readonly string[];
}

/** Thrown if the instant being read is so old that parts of it have expired: it must be read again. */
export class Outdated extends Error {}

/** The number of bytes that an entry counts in the length of a log. */
const BYTES_PER_ENTRY = 256;

/**
 * A task's tail in memory, pinned until {@link unpin}; `undefined` if it is not in memory.
 */
export function knownTail(reader: Reader, task: TaskId): TaskTail | undefined {
  const held = reader.runtime.cache.get(heldName(task, 'tail'));
  return held && pinned(reader, task, held);
}

/** Brings a task's tail up to the end of its log and pins it. Tails that others are reading do not change. */
export async function followTail(reader: Reader, store: Store, task: TaskId): Promise<TaskTail> {
  const { runtime } = reader;
  const name = heldName(task, 'tail');
  return runtime.cache.exclusive(name, async () => {
    const cached = runtime.cache.get(name);
    if (cached && reader.pins.has(cached.state) && !cached.state.ended) runtime.cache.drop(name);
    let held = await follow(runtime, store, task, 'tail');
    if (await hasNewerCheckpoint(reader, store, task, held)) {
      runtime.cache.drop(name);
      held = await follow(runtime, store, task, 'tail');
    }
    return pinned(reader, task, held);
  });
}

/** Unpins a tail, which can then change again. */
export function unpin({ pins }: Reader, { state }: TaskTail): void {
  const left = (pins.get(state) ?? 0) - 1;
  if (left > 0) pins.set(state, left);
  else pins.delete(state);
}

/** Evicts an ended task's panes of merged windows, if no other answer is reading them. */
export async function forgetEnded(reader: Reader, { task, state }: TaskTail, mergedThrough: ReadonlyMap<string, number>): Promise<void> {
  if (!state.ended || holdsNothing(state)) return;
  const { cache } = reader.runtime;
  await cache.exclusive(heldName(task, 'tail'), async () => {
    if (reader.pins.get(state) === 1) forgetMerged(viewsOf(reader.runtime, task.stream), state, mergedThrough);
  });
}

/** Whether a task has ended and all its panes are in final results. */
export function isOver({ state, buckets }: TaskTail): boolean {
  return state.ended && holdsNothing(state) && buckets.every((id) => id === '');
}

/**
 * A task's state of some keys, in parts that the caller merges.
 *
 * @param key `undefined`: all keys. The parts may hold other keys too
 * @throws MillraceError `corrupt` if a bucket is gone; Outdated if it may have expired
 */
export async function partsOf(reader: Reader, store: Store, { task, state, buckets }: TaskTail, key?: string): Promise<TaskState[]> {
  const { cache } = reader.runtime;
  const wanted = key === undefined ? buckets : buckets.slice(bucketOf(key, buckets.length)).slice(0, 1);
  const parts = new Map<string, TaskState | undefined>();
  for (const id of wanted) {
    if (id === '') continue;
    const held = cache.get(cachedName(task, id));
    // Marked as used, so that it is not the next to be removed.
    if (held) cache.keep(cachedName(task, id), held);
    parts.set(id, held?.state);
  }
  const missing = [...parts].filter(([, part]) => part === undefined).map(([id]) => id);
  const bodies = missing.length === 0 ? [] : await store.checkpoints.buckets(task, missing);
  // A superseded bucket expires, so it may be gone if this process was suspended for as long as its retention.
  const newest = bodies.includes(undefined) ? await store.checkpoints.manifest(task) : undefined;
  missing.forEach((id, i) => {
    const item = bucketName(task, id);
    const body = bodies[i];
    if (!body) {
      cache.drop(heldName(task, 'tail'));
      throw newest?.buckets.includes(id) === false
        ? new Outdated()
        : new MillraceError('corrupt', `${item.name} is gone: restore the table from a backup`);
    }
    const part = emptyState();
    decodeBucket(unpack(body, item), item.name, viewsOf(reader.runtime, task.stream), part);
    cache.keep(cachedName(task, id), { state: part, debt: new CheckpointDebt(), manifest: undefined, checkpointBytes: body.length });
    parts.set(id, part);
  });
  return [state, ...[...parts.values()].filter((part) => part !== undefined)];
}

function bucketOf(key: string, buckets: number): number {
  return buckets === 0 ? 0 : (hashKey(key) % SLOTS) % buckets;
}

function cachedName(task: TaskId, bucket: string): string {
  return `${taskName(task)}#bucket ${bucket}`;
}

function pinned({ pins }: Reader, task: TaskId, { state, manifest }: Held): TaskTail {
  pins.set(state, (pins.get(state) ?? 0) + 1);
  return { task, state, buckets: manifest?.buckets ?? [] };
}

/** Whether a tail is based on a checkpoint that is no longer the newest; checked each time the log has doubled in length. */
async function hasNewerCheckpoint(
  { runtime, room }: Reader,
  store: Store,
  task: TaskId,
  { state, debt, manifest }: Held,
): Promise<boolean> {
  const { limits, clock } = runtime;
  const length = debt.uncoveredBytes + debt.uncoveredEntries * BYTES_PER_ENTRY;
  const isLong = length > (room.get(state) ?? 2 * limits.checkpointBytes);
  // Superseded buckets are deleted after this time.
  const isOld = debt.oldestUncovered !== undefined && clock.now() - debt.oldestUncovered > limits.logTtl / 2;
  const isOver = state.ended && debt.uncoveredEntries > 0;
  if (!isLong && !isOld && !isOver) return false;
  room.set(state, 2 * length);
  const newest = await store.checkpoints.manifest(task);
  return newest !== undefined && newest.index > (manifest?.index ?? 0);
}
