import { createHash } from 'node:crypto';
import { emptyState, type TaskState } from '../core/state.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RegisteredTask } from '../store/ports.ts';
import { holdsNothing } from './closed-panes.ts';
import type { Held } from './state-cache.ts';

/** A digest of tasks and views: it records which of them a mark was made for. */
export function scopeOf(shards: readonly string[], views: readonly ViewPlan[]): string {
  const names = JSON.stringify([shards, views.map(({ name }) => name)]);
  return createHash('sha256').update(names).digest('base64url').slice(0, 16);
}

/**
 * The new mark of a task. It is done once it has ended, all its panes are merged, a checkpoint records this, and its children start
 * from its watermark. This is permanent, so a task that is done is never read again.
 */
export function doneTask(
  shard: string,
  { state, debt }: Pick<Held, 'state' | 'debt'>,
  views: readonly ViewPlan[],
  isTask: (shard: string) => boolean,
): RegisteredTask | undefined {
  const { ended, children, watermark } = state;
  if (!ended || debt.uncoveredEntries > 0 || !holdsNothing(state) || !children.every(isTask)) return undefined;
  return { shard, stage: 'done', watermark, views: scopeOf([], views) };
}

/** Whether a task is done for all of these views: code that knew fewer views cannot have decided that. */
export function isDone({ stage, views: of }: RegisteredTask, views: readonly ViewPlan[]): boolean {
  return stage === 'done' && of === scopeOf([], views);
}

/** The summary of the log of a task that is done. */
export function doneState({ watermark }: RegisteredTask): TaskState {
  return { ...emptyState(), ended: true, watermark };
}
