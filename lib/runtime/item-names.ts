// What stored items are called, in errors and under their checksums: a name that is reworded makes what is stored unreadable.
import { windowName } from '../core/window.ts';
import type { Page, TaskId } from '../store/ports.ts';
import { taskName } from './runtime.ts';

/** An entry of a task's log. */
export function entryName(task: TaskId, index: number): string {
  return `entry ${index} of ${taskName(task)}`;
}

/** The part of a checkpoint that is in its manifest. */
export function checkpointName(task: TaskId, index: number): string {
  return `checkpoint ${index} of ${taskName(task)}`;
}

/** A bucket of a task's checkpoints, which several may refer to. */
export function bucketName(task: TaskId, id: string): string {
  return `bucket ${id} of ${taskName(task)}`;
}

/** A part of what a boundary of a view carries on: the boundary, or it and a bucket. */
export function carriedName(view: string, id: string): string {
  return `part ${id} of what view ${view} carries on`;
}

/** A page of a final window. */
export function pageName(view: string, { bucket, bits, start, end }: Pick<Page, 'bucket' | 'bits' | 'start' | 'end'>): string {
  return `page ${bucket + 1} of ${2 ** bits} of window ${windowName({ start, end })} of view ${view}`;
}
