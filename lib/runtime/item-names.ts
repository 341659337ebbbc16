// What stored items are called. A name is part of the checksum of format 3, and still stands in front of what is stored since, so that
// code of format 3 tells what is newer from what is corrupt: reworded, it makes what is stored unreadable.
import { windowName } from '../core/window.ts';
import type { Page, TaskId, ViewId } from '../store/ports.ts';
import { taskName } from './runtime.ts';

/** How an item is called and where it is. */
export interface ItemName {
  /** in errors, and under the checksum of format 3 */
  readonly name: string;
  /** which item it is, application included: under the checksum since format 4 */
  readonly key: string;
}

function itemName(name: string, ...key: readonly (string | number)[]): ItemName {
  return { name, key: JSON.stringify(key) };
}

/** An entry of a task's log. */
export function entryName(task: TaskId, index: number): ItemName {
  return itemName(`entry ${index} of ${taskName(task)}`, 'entry', task.application, task.stream, task.shard, index);
}

/** The part of a checkpoint that is in its manifest. */
export function checkpointName(task: TaskId, index: number): ItemName {
  return itemName(`checkpoint ${index} of ${taskName(task)}`, 'checkpoint', task.application, task.stream, task.shard, index);
}

/** A bucket of a task's checkpoints, which several may refer to. */
export function bucketName(task: TaskId, id: string): ItemName {
  return itemName(`bucket ${id} of ${taskName(task)}`, 'bucket', task.application, task.stream, task.shard, id);
}

/** A part of what is pending at a boundary of a view: the boundary, or it and a bucket. */
export function carriedName({ application, view }: ViewId, id: string): ItemName {
  return itemName(`part ${id} of what view ${view} carries on`, 'pending', application, view, id);
}

/** A page of a final window. */
export function pageName(
  { application, view }: ViewId,
  { bucket, bits, start, end }: Pick<Page, 'bucket' | 'bits' | 'start' | 'end'>,
): ItemName {
  const name = `page ${bucket + 1} of ${2 ** bits} of window ${windowName({ start, end })} of view ${view}`;
  return itemName(name, 'page', application, view, bits, bucket, String(start), String(end));
}
