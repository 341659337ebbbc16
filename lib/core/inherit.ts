import type { Entry } from './entry.ts';
import type { Instant } from './instant.ts';
import type { HoldsKey } from './partition-key.ts';
import type { TaskState } from './state.ts';

/** What a parent gives to its children. */
export type Parent = Pick<TaskState, 'watermark' | 'ids'>;

/**
 * What the task of a shard inherits from its ended parents: the state that is kept by partition key, of the keys that the shard is responsible for.
 * It is a function of ended tasks, which never change, so it can be computed again at any time, by any process. It becomes a part of
 * the genesis, so a task has either no state at all or all that it inherits.
 *
 * What a parent had evicted is unknown in the child, which may start at the lower watermark of another parent. So the greatest watermark of the parents
 * is kept as the floor, below which nothing is told by what is remembered.
 *
 * @param watermark the child's first one
 * @param holds whether a partition key belongs to the child
 */
export function inherit(parents: readonly Parent[], watermark: Instant, holds: HoldsKey): Pick<Entry, 'ids' | 'idsFloor'> {
  const ids = parents.flatMap((parent) => parent.ids.at(parent.watermark, holds));
  const floor = Math.max(...parents.map((parent) => Math.max(parent.ids.floor, parent.watermark)));
  return { ids, ...(floor > watermark && { idsFloor: floor }) };
}
