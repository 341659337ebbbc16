import { checkpoint, checkpointDue } from './checkpoint.ts';
import { forgetMerged, holdsNothing } from './closed-panes.ts';
import { follow } from './follow.ts';
import { mapTasks } from './map-tasks.ts';
import { mergeStream } from './merge.ts';
import type { MergeReport } from './merge-report.ts';
import { type Runtime, scanning, taskId, taskName, viewsOf } from './runtime.ts';
import { ensureEnd, ensureGenesis, listingOf } from './shards.ts';
import { moveSilent } from './silence.ts';
import { ensureSameStream } from './stream-identity.ts';
import { UnitMeter } from './units.ts';

/** What a tick did for one stream. */
export interface TickReport {
  readonly stream: string;
  readonly tasks: number;
  /** silent tasks whose watermark was moved */
  readonly moved: number;
  readonly checkpoints: number;
  readonly merged: readonly MergeReport[];
  readonly units: UnitMeter;
}

/**
 * What has to happen even when no record arrives: register the shards that there are, close drained ones, move silent
 * tasks, write checkpoints before what they cover expires, and merge. Every minute on AWS.
 *
 * @param options.deadline instant after which nothing new is begun
 * @throws what a stream failed with, or an AggregateError of several, once all others were ticked
 */
export async function tick(runtime: Runtime, options: { readonly deadline: number }): Promise<TickReport[]> {
  const reports: TickReport[] = [];
  const failures: unknown[] = [];
  for (const { name } of runtime.plan.streams) {
    try {
      reports.push(await tickStream(scanning(runtime), name, options.deadline));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 1)
    throw new AggregateError(failures, `${failures.length} streams could not be ticked: ${failures.map(String).join('; ')}`);
  if (failures.length === 1) throw failures[0];
  return reports;
}

async function tickStream(runtime: Runtime, stream: string, deadline: number): Promise<TickReport> {
  const units = new UnitMeter();
  const store = runtime.store.metered(units);
  await ensureSameStream(runtime, store, stream, { certain: true });
  const listing = listingOf(runtime, stream);
  const shards = await listing();
  for (const { shard, open } of shards) {
    await ensureGenesis(runtime, store, stream, shard, listing, deadline);
    if (!open) await ensureEnd(runtime, store, stream, shard, listing, deadline);
  }
  const registered = await store.tasks.list(taskId(runtime, stream, ''));
  for (const shard of registered.filter((known) => !shards.some((s) => s.shard === known))) {
    await ensureEnd(runtime, store, stream, shard, listing, deadline);
  }
  const roots = shards.filter(({ parents }) => !parents.some((parent) => shards.some((s) => s.shard === parent)));
  const { listed, mergedThrough } = await store.tasks.progress({ application: runtime.plan.name, stream });
  if (!listed && shards.length > 0 && roots.every(({ shard }) => registered.includes(shard))) {
    await store.tasks.setListed({ application: runtime.plan.name, stream });
  }
  const moved = await moveSilent(runtime, store, stream, deadline);
  const checkpointed = await mapTasks(registered, (shard) => {
    const task = taskId(runtime, stream, shard);
    return runtime.cache.exclusive(taskName(task), async () => {
      const held = await follow(runtime, store, task);
      forgetMerged(viewsOf(runtime, stream), held.state, mergedThrough, held.debt.touch);
      // The last one of a task says that there is nothing left, so that nobody reads its log again.
      const done = held.state.ended && held.debt.uncoveredEntries > 0 && holdsNothing(held.state);
      return (done || checkpointDue(runtime.limits, held, runtime.clock.now())) && checkpoint(runtime, store, task, held);
    });
  });
  const checkpoints = checkpointed.filter((written) => written).length;
  const merged = await mergeStream(runtime, store, stream, deadline);
  return { stream, tasks: registered.length, moved, checkpoints, merged, units };
}
