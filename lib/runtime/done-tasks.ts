import { createHash } from 'node:crypto';
import { emptyState, type TaskState } from '../core/state.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { RegisteredTask } from '../store/ports.ts';
import { holdsNothing } from './closed-panes.ts';
import type { Held } from './state-cache.ts';

/** A digest of tasks and views, by which is told of what something was said. */
export function scopeOf(shards: readonly string[], views: readonly ViewPlan[]): string {
  const names = JSON.stringify([shards, views.map(({ name }) => name)]);
  return createHash('sha256').update(names).digest('base64url').slice(0, 16);
}

/**
 * What a task is to be marked as: it is done once it has ended, all it held is merged, a checkpoint says so, and its children carry its
 * watermark on. Nothing of that ever changes, so nobody need read it again.
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

/** Whether nothing is left of a task, of any of these views: code that knew fewer of them cannot tell. */
export function isDone({ stage, views: of }: RegisteredTask, views: readonly ViewPlan[]): boolean {
  return stage === 'done' && of === scopeOf([], views);
}

/** What the log of a task that is done comes to. */
export function doneState({ watermark }: RegisteredTask): TaskState {
  return { ...emptyState(), ended: true, watermark };
}
