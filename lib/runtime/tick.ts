import type { RegisteredTask, Store } from '../store/ports.ts';
import { checkpoint, checkpointDue } from './checkpoint.ts';
import { forgetMerged, holdsNothing } from './closed-panes.ts';
import { doneTask, isDone } from './done-tasks.ts';
import { follow } from './follow.ts';
import { mapTasks } from './map-tasks.ts';
import { mergeStream } from './merge.ts';
import type { MergeReport } from './merge-report.ts';
import { type Runtime, scanning, taskId, taskName, viewsOf } from './runtime.ts';
import { ensureEnd, ensureGenesis, listingOf } from './shards.ts';
import { moveSilent } from './silence.ts';
import { ensureSameStream } from './stream-identity.ts';
import { UnitMeter } from './units.ts';

/** The number of sweeps over all tasks in the retention of a log entry: with 30 days, one per hour. */
const SWEEPS = 720;

/** What a tick did for one stream. */
export interface TickReport {
  readonly stream: string;
  readonly tasks: number;
  /** idle tasks whose watermark was moved */
  readonly moved: number;
  readonly checkpoints: number;
  readonly merged: readonly MergeReport[];
  readonly units: UnitMeter;
}

/**
 * The maintenance tick, which runs even if no record arrives: registers shards, ends the tasks of drained ones, advances idle
 * tasks, writes checkpoints before the entries they cover expire, and merges. On AWS, it runs every minute.
 *
 * @param options.deadline instant after which no new work is started
 * @throws the error of the stream that failed, or an AggregateError of several, after the tick of all streams
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
  const registered = await registerShards(runtime, store, stream, deadline);
  const moved = await moveSilent(runtime, store, stream, deadline);
  const checkpoints = await sweep(runtime, store, stream, registered);
  const merged = await mergeStream(runtime, store, stream, deadline);
  return { stream, tasks: registered.length, moved, checkpoints, merged, units };
}

/** Registers the stream's shards, and ends the tasks of those that are drained. @returns the stream's tasks */
async function registerShards(runtime: Runtime, store: Store, stream: string, deadline: number): Promise<readonly RegisteredTask[]> {
  const id = { application: runtime.plan.name, stream };
  const listing = listingOf(runtime, stream);
  const shards = await listing();
  const before = await store.tasks.registered(id);
  const stages = new Map(before.map(({ shard, stage }) => [shard, stage]));
  const hasEnded = (shard: string): boolean => ['ended', 'done'].includes(stages.get(shard) ?? '');
  const open = new Set(shards.filter((shard) => shard.open).map(({ shard }) => shard));
  const known = new Set([...shards.map(({ shard }) => shard), ...stages.keys()]);
  const changed = [...known].filter((shard) => !hasEnded(shard) && (!open.has(shard) || stages.get(shard) !== 'begun'));
  const marked = await mapTasks(changed, async (shard) => {
    if (!(await ensureGenesis(runtime, store, stream, shard, listing, deadline))) return false;
    const ended = !open.has(shard) && (await ensureEnd(runtime, store, stream, shard, listing, deadline)) !== undefined;
    const stage = ended ? 'ended' : 'begun';
    if (stage === stages.get(shard)) return false;
    await store.tasks.mark(id, { shard, stage, watermark: Number.NEGATIVE_INFINITY, views: '' });
    return true;
  });
  const registered = marked.includes(true) ? await store.tasks.registered(id) : before;
  const names = new Set(registered.map(({ shard }) => shard));
  const roots = shards.filter(({ parents }) => !parents.some((parent) => shards.some((s) => s.shard === parent)));
  const { listed } = await store.tasks.progress(id);
  if (!listed && shards.length > 0 && roots.every(({ shard }) => names.has(shard))) await store.tasks.setListed(id);
  return registered;
}

/**
 * Writes due checkpoints of tasks without batches: of ended tasks at every tick, until they are done, and of all
 * others in regular sweeps, long before the entries that a checkpoint would cover expire.
 */
async function sweep(runtime: Runtime, store: Store, stream: string, registered: readonly RegisteredTask[]): Promise<number> {
  const id = { application: runtime.plan.name, stream };
  const views = viewsOf(runtime, stream);
  const names = new Set(registered.map(({ shard }) => shard));
  const { mergedThrough } = await store.tasks.progress(id);
  const all = await store.tasks.claimSweep(id, runtime.clock.now(), runtime.limits.logTtl / SWEEPS);
  const left = registered.filter((task) => {
    if (!isDone(task, views)) return all || task.stage === 'ended' || task.stage === 'done';
    runtime.cache.drop(taskName(taskId(runtime, stream, task.shard)));
    return false;
  });
  const written = await mapTasks(left, ({ shard }) => {
    const task = taskId(runtime, stream, shard);
    return runtime.cache.exclusive(taskName(task), async () => {
      const held = await follow(runtime, store, task);
      forgetMerged(views, held.state, mergedThrough, held.debt.touch);
      // The last checkpoint of a task records that nothing is left, so that its log is not read again.
      const isLast = held.state.ended && held.debt.uncoveredEntries > 0 && holdsNothing(held.state);
      const due = isLast || checkpointDue(runtime.limits, held, runtime.clock.now());
      const isWritten = due && (await checkpoint(runtime, store, task, held));
      const done = doneTask(shard, held, views, (child) => names.has(child));
      if (done) await store.tasks.mark(id, done);
      return isWritten;
    });
  });
  return written.filter((one) => one).length;
}
