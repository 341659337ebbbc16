import { MillraceError } from '../core/errors.ts';
import type { Incoming } from '../core/event.ts';
import { compareSequence } from '../core/sequence.ts';
import type { TaskState } from '../core/state.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { Store, TaskId } from '../store/ports.ts';
import { type Drain, drainOf, noteRefusal, refused } from './breaker.ts';
import { checkpoint, checkpointDue } from './checkpoint.ts';
import { askBoundaries, holdsClosed, UNKNOWN } from './closed-panes.ts';
import { closes } from './closes.ts';
import { commit } from './commit.ts';
import { decide } from './decide.ts';
import type { DecodedPart, DecodedRecord } from './decoded-record.ts';
import { eventOf } from './event-of.ts';
import { holdsKeyOf } from './hash-range.ts';
import { type Runtime, shardNumber, streamPlan, taskId, taskName, viewsOf } from './runtime.ts';
import { ensureGenesis, listingOf, quietEntry } from './shards.ts';
import { ensureSameStream } from './stream-identity.ts';
import { UnitMeter } from './units.ts';

/** A batch of one shard's records, in order. */
export interface Batch {
  readonly stream: string;
  readonly shard: string;
  readonly records: readonly DecodedRecord[];
  /** instant after which nothing may be written */
  readonly deadline: number;
}

/** The outcome of a committed batch. */
export interface BatchReport {
  /** events committed by this call; fewer than in the batch if some were committed before */
  readonly events: number;
  readonly late: number;
  readonly dead: number;
  /** events that were left out because their id was counted before */
  readonly duplicates: number;
  /** milliseconds from the last record's arrival to the commit */
  readonly freshness: number;
  readonly conflicts: number;
  /** whether a merge should run: a window of some view closed in this task and, as far as is known, no other task holds its results back */
  readonly mergeDue: boolean;
  /** the highest share, in percent, of a limit that this task has reached: max_keys of a view with a global window, max_ids of dedupe; `undefined`: there is no limit */
  readonly keysUsed?: number;
  readonly units: UnitMeter;
}

/** Deliveries of a single record before it is processed in a worker. */
const FREE_DELIVERIES = 2;
const ATTEMPT_TTL = 86_400_000;

/**
 * Processes a batch: decides its entry, commits it, and only then changes the state in memory. Records that are delivered twice, late or by two
 * concurrent callers are counted once.
 *
 * @throws MillraceError `breaker` if the batch would drain the stream into dead letters; `unavailable` if it was not,
 *   or not certainly, committed. The batch must then be delivered again.
 */
export async function processBatch(runtime: Runtime, batch: Batch): Promise<BatchReport> {
  const { stream, shard, deadline } = batch;
  const units = new UnitMeter();
  const store = runtime.store.metered(units);
  const plan = streamPlan(runtime, stream);
  const views = viewsOf(runtime, stream);
  const task = taskId(runtime, stream, shard);
  const none = { events: 0, late: 0, dead: 0, duplicates: 0, freshness: 0, conflicts: 0, mergeDue: false, units };
  const [first] = batch.records;
  const last = batch.records.at(-1);
  if (!first || !last) return none;
  await ensureSameStream(runtime, store, stream, { certain: false });
  if (!(await ensureGenesis(runtime, store, stream, shard, listingOf(runtime, stream), deadline))) {
    throw new MillraceError(
      'unavailable',
      `${taskName(task)}: its parent shards still have unprocessed records, or the shard is not listed yet; the batch will be delivered again`,
    );
  }
  const holdsKey = plan.dedupe && (await holdsKeyOf(runtime, stream, shard));
  return runtime.cache.exclusive(taskName(task), async () => {
    // Started concurrently with the read of the log, so that a batch takes two round trips and three requests: it either counts deliveries
    // or evicts panes.
    const tried = admit(runtime, store, batch, plan);
    tried.catch(() => {});
    const remembered = runtime.cache.get(taskName(task))?.state;
    const asked = remembered && !isCounted(runtime, batch) && holdsClosed(views, remembered) ? askBoundaries(store, task) : undefined;
    asked?.catch(() => {});
    let before = Number.NEGATIVE_INFINITY;
    let drain: Drain | undefined;
    const committing = commit(runtime, store, task, deadline, async (state) => {
      const isTaken = ({ sequence }: DecodedRecord): boolean => state.sequence !== '' && compareSequence(sequence, state.sequence) <= 0;
      if (isTaken(first)) await ensureSameStream(runtime, store, stream, { certain: true });
      if (isTaken(last)) return undefined;
      const fresh = after(state, await tried);
      if (fresh.length === 0)
        return quietEntry(runtime, state, { kind: 'batch', last: last.sequence, lastArrival: Math.max(state.lastArrival, last.arrival) });
      const context = {
        stream: plan,
        views,
        shard: shardNumber(shard),
        version: runtime.version,
        mergedThrough: (await asked) ?? UNKNOWN,
        holdsKey,
      };
      let decided = decide(context, state, fresh, last.sequence);
      // The batch of a single record evicts panes when it closes others.
      if (!asked && closes(views, state.watermark, decided.entry.watermark) && holdsClosed(views, state)) {
        decided = decide({ ...context, mergedThrough: await askBoundaries(store, task) }, state, fresh, last.sequence);
      }
      drain = drainOf(state, decided.entry);
      if (drain) throw refused(task, drain);
      before = state.watermark;
      return decided;
    });
    const { held, entry, conflicts } = await committing.catch(async (error: unknown) => {
      if (drain && runtime.clock.now() < deadline) await noteRefusal(runtime, store, task, drain);
      throw error;
    });
    const now = runtime.clock.now();
    if (checkpointDue(runtime.limits, held, now) && now < deadline) await checkpoint(runtime, store, task, held);
    if (!entry) return { ...none, conflicts };
    return {
      events: entry.events,
      late: entry.late.length,
      dead: entry.dead.length,
      duplicates: entry.duplicates ?? 0,
      freshness: Math.max(0, now - last.arrival),
      conflicts,
      mergeDue: closes(views, before, entry.watermark) && !(await heldBackByOther(store, task)),
      ...keysUsed(plan, views, held.state),
      units,
    };
  });
}

/**
 * Whether another task held results back at the last merge. That task then asks for the next merge when it advances. This is read after
 * the commit, and a merge reads the task again after it has named it, so at least one of the two sees the other.
 */
async function heldBackByOther(store: Store, task: TaskId): Promise<boolean> {
  try {
    const { heldBackBy } = await store.tasks.mergeNotes(task);
    return heldBackBy !== '' && heldBackBy !== task.shard;
  } catch (error) {
    // The batch is already committed, and an unneeded merge does no harm.
    if (error instanceof MillraceError && error.code === 'unavailable') return false;
    throw error;
  }
}

function keysIn({ name }: ViewPlan, { views }: TaskState): number {
  return views.get(name)?.held.boundedKeys ?? 0;
}

function keysUsed({ dedupe }: StreamPlan, views: readonly ViewPlan[], state: TaskState): Pick<BatchReport, 'keysUsed'> {
  const shares = views.flatMap((view) => (view.maxKeys === undefined ? [] : [keysIn(view, state) / view.maxKeys]));
  if (dedupe) shares.push(state.ids.size / dedupe.maxIds);
  return shares.length === 0 ? {} : { keysUsed: 100 * Math.max(...shares) };
}

function after(state: TaskState, incoming: readonly Incoming[]): readonly Incoming[] {
  if (state.sequence === '') return incoming;
  const from = incoming.findIndex((event) => compareSequence(event.sequence, state.sequence) > 0);
  return from <= 0 ? (from === 0 ? incoming : []) : incoming.slice(from);
}

/** Whether a batch's deliveries are counted: only those of a single record, which may be one that crashes the process. */
function isCounted({ trial }: Runtime, { records }: Batch): boolean {
  return records.length === 1 && trial !== undefined;
}

/**
 * The events of a batch. Deliveries of a single record are counted before it is decoded. One that is delivered repeatedly is
 * processed in a worker. Only a record that crashes the worker too becomes a dead letter, because an unavailable store makes valid records
 * come back too.
 */
async function admit(runtime: Runtime, store: Store, batch: Batch, plan: StreamPlan): Promise<readonly Incoming[]> {
  const [record] = batch.records;
  if (isCounted(runtime, batch) && record && runtime.trial) {
    const task = taskId(runtime, batch.stream, batch.shard);
    const delivered = await store.tasks.countAttempt(task, record.sequence, runtime.clock.now() + ATTEMPT_TTL);
    if (delivered >= FREE_DELIVERIES && (await runtime.trial(batch.stream, record)) === 'dies') {
      const { sequence, arrival } = record;
      const reason = 'processing it ended the process: out of memory, or it never returned';
      return [{ sequence, arrival, reason, bytes: () => record.bytes() }];
    }
  }
  const incoming: Incoming[] = [];
  for (const record of batch.records) {
    const { parts } = record;
    for (let i = 0; i < parts.length; i++) incoming.push(eventOf(plan, record, parts[i] as DecodedPart, i));
  }
  return incoming;
}
