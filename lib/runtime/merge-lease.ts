import type { MergeNotes, Store, TakenLease, TaskId } from '../store/ports.ts';
import type { Runtime } from './runtime.ts';

/** How long a merge that does not renew its lease keeps others from starting, in milliseconds. */
const LEASE = 30_000;
/** A lease is renewed after this much of it has passed. */
const KEEP_AFTER = LEASE / 3;

/**
 * The lease of a stream's merge: only its holder merges. It saves work and is not needed for correctness: a holder that pauses and resumes
 * writes the same results as its successor. If a holder crashes, others wait until the lease has expired.
 */
export class MergeLease {
  /** what the last completed merge noted */
  readonly notes: MergeNotes;
  /** whether the previous merge was interrupted */
  readonly afterCutOff: boolean;
  readonly #runtime: Runtime;
  readonly #store: Store;
  readonly #stream: Omit<TaskId, 'shard'>;
  readonly #number: number;
  #keptAt: number;

  private constructor(runtime: Runtime, store: Store, stream: Omit<TaskId, 'shard'>, taken: TakenLease, at: number) {
    this.#runtime = runtime;
    this.#store = store;
    this.#stream = stream;
    this.#number = taken.number;
    this.notes = taken.notes;
    this.afterCutOff = taken.cutOff;
    this.#keptAt = at;
  }

  /** Takes the lease; `undefined` if another merge is running. */
  static async take(runtime: Runtime, store: Store, stream: Omit<TaskId, 'shard'>): Promise<MergeLease | undefined> {
    const now = runtime.clock.now();
    const taken = await store.tasks.takeMergeLease(stream, now, now + LEASE);
    return taken && new MergeLease(runtime, store, stream, taken, now);
  }

  /** Renews the lease if that is due; false: another merge has taken it and does the remaining work. */
  async keep(): Promise<boolean> {
    const now = this.#runtime.clock.now();
    if (now - this.#keptAt < KEEP_AFTER) return true;
    this.#keptAt = now;
    return this.#store.tasks.keepMergeLease(this.#stream, this.#number, now + LEASE);
  }

  /**
   * Releases the lease; false: another merge has taken it.
   *
   * @param notes what the merge found; none: it was interrupted
   */
  end(notes?: MergeNotes): Promise<boolean> {
    return this.#store.tasks.endMergeLease(this.#stream, this.#number, notes);
  }
}
