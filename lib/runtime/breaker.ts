import type { Entry } from '../core/entry.ts';
import { MillraceError } from '../core/errors.ts';
import type { TaskState } from '../core/state.ts';
import type { Store, TaskId } from '../store/ports.ts';
import { reasonKind } from './reason-kind.ts';
import { type Runtime, taskName } from './runtime.ts';

/** The number of dead records from which the breaker considers their share. */
const BREAKER_LEAST = 100;
/** How often a process notes that a task stands still, in milliseconds. */
const NOTE_EVERY = 60_000;

/** Why a batch is refused: with the records before, it would drain the stream into dead letters. */
export interface Drain {
  /** sequence number up to which the task has taken its shard's records; empty: none yet */
  readonly after: string;
  /** how many of the last records are dead */
  readonly dead: number;
  readonly total: number;
  /** why the newest of them is, without what it quotes */
  readonly reason: string;
}

/** Why a batch is refused, if most of the last records and of this batch are dead: a bad deployment is more likely than bad data. */
export function drainOf(state: TaskState, entry: Entry): Drain | undefined {
  if (entry.deadRecords === 0) return undefined;
  let dead = entry.deadRecords;
  let total = entry.records;
  if (state.outcomes.version === entry.version) {
    for (const [good, bad] of state.outcomes.counts) {
      dead += bad;
      total += good + bad;
    }
  }
  if (dead < BREAKER_LEAST || dead * 2 <= total) return undefined;
  return { after: state.sequence, dead, total, reason: reasonKind(entry.dead.at(-1)?.reason ?? '') };
}

/** What the caller of a refused batch is told. */
export function refused(task: TaskId, { dead, total, reason }: Drain): MillraceError {
  return new MillraceError(
    'breaker',
    `${taskName(task)}: ${dead} of the last ${total} records are dead letters (the newest: ${reason}); the batch was refused so that the stream does not drain. Deploy a version that reads them; they stay in the stream`,
  );
}

/**
 * Notes that a task stands still, for those who ask after it: a refused batch leaves nothing in the log. At most once a minute for the
 * same task, place and version. Nothing is decided by the note, and the task's next batch outdates it.
 */
export async function noteRefusal(runtime: Runtime, store: Store, task: TaskId, { after, reason }: Drain): Promise<void> {
  const { clock, version, refusals } = runtime;
  const now = clock.now();
  const noted = refusals.get(taskName(task));
  if (noted?.after === after && now - noted.at < NOTE_EVERY) return;
  try {
    await store.tasks.noteRefusal(task, { after, at: now, version, reason });
    refusals.set(taskName(task), { after, at: now });
  } catch {
    // The batch is refused, whether or not this could be noted: why it was is what the caller has to hear. The next refusal notes it.
  }
}
