import { encodeBuckets, encodeHead } from '../core/checkpoint-codec.ts';
import type { Manifest, Store, TaskId } from '../store/ports.ts';
import { pack } from './body.ts';
import { bucketName, checkpointName } from './item-names.ts';
import type { Limits } from './limits.ts';
import { type Runtime, taskName, viewsOf } from './runtime.ts';
import type { Held } from './state-cache.ts';

const MOST_BUCKETS = 256;
/** How long, in milliseconds, old code that does not know a view can run beside new code: during a deployment, and in containers that outlive it. */
const DEPLOY = 3_600_000;

/**
 * Whether a task's checkpoint is due: the log since the last one has grown to the size of the checkpoint (so that
 * checkpoints at most double the bytes written), has reached a number of entries, or will soon expire.
 */
export function checkpointDue(limits: Limits, held: Held, now: number): boolean {
  const { uncoveredBytes, uncoveredEntries, oldestUncovered } = held.debt;
  return (
    uncoveredBytes >= Math.max(held.checkpointBytes, limits.checkpointBytes) ||
    uncoveredEntries >= limits.checkpointEntries ||
    (oldestUncovered !== undefined && now - oldestUncovered > limits.logTtl / 4)
  );
}

/**
 * Writes a snapshot of a task's state: the buckets that changed, then the manifest, on condition that the previous manifest,
 * whose buckets it reuses, is still there. The writer that fails this condition drops its state from memory. The caller holds the task.
 *
 * No checkpoint is written while a deployment with a view that is unknown here may be in progress: it would omit that view's state.
 *
 * @returns whether it is written
 */
export async function checkpoint(runtime: Runtime, store: Store, task: TaskId, held: Held): Promise<boolean> {
  const { state, debt, manifest: previous } = held;
  if (debt.unknownViewAt !== undefined && runtime.clock.now() - debt.unknownViewAt < DEPLOY) return false;
  const views = viewsOf(runtime, task.stream);
  const count = bucketCount(runtime.limits, held);
  const same = previous?.buckets.length === count ? previous : undefined;
  const dirty = new Set<number>();
  debt.dirty.forEach((changed, slot) => {
    if (changed) dirty.add(slot % count);
  });
  const bodies = encodeBuckets(state, views, count, (bucket) => !same || dirty.has(bucket));
  const ids: string[] = [];
  let size = 0;
  for (let bucket = 0; bucket < count; bucket++) {
    if (same && !dirty.has(bucket)) {
      ids.push(same.buckets[bucket] as string);
      continue;
    }
    const body = bodies.get(bucket);
    if (!body) {
      ids.push('');
      continue;
    }
    const id = `${state.index}-${runtime.nonce()}-${bucket}`;
    const packed = pack(body, bucketName(task, id));
    size += packed.length;
    await store.checkpoints.putBucket(task, id, packed);
    ids.push(id);
  }
  const kept = same ? ids.filter((id) => id !== '' && same.buckets.includes(id)).length : 0;
  const total = size + Math.round((held.checkpointBytes * kept) / Math.max(1, previous?.buckets.length ?? 1));
  const head = pack(encodeHead(state, views, total), checkpointName(task, state.index));
  const manifest: Manifest = { index: state.index, nonce: state.nonce, head, buckets: ids };
  if (!(await store.checkpoints.putManifest(task, manifest, previous))) {
    runtime.cache.drop(taskName(task));
    return false;
  }
  held.manifest = manifest;
  held.checkpointBytes = total;
  debt.settle();
  const superseded = (previous?.buckets ?? []).filter((id) => id !== '' && !ids.includes(id));
  if (superseded.length > 0) await store.checkpoints.expireBuckets(task, superseded, runtime.clock.now() + runtime.limits.logTtl);
  return true;
}

/** The number of buckets, such that the bucket of one key is cheap to read: a power of two, changed only when it is off by a factor of four. */
function bucketCount({ bucketBytes }: Limits, held: Held): number {
  const wanted = Math.max(held.checkpointBytes, held.debt.uncoveredBytes) / bucketBytes;
  const fitting = Math.min(MOST_BUCKETS, 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, wanted)))));
  const now = held.manifest?.buckets.length;
  return now !== undefined && now >= fitting / 4 && now <= fitting * 4 ? now : fitting;
}
