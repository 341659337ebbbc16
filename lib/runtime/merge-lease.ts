import type { MergeNotes, Store, TakenLease, TaskId } from '../store/ports.ts';
import type { Runtime } from './runtime.ts';

/** How long a merge that is not heard of keeps others from beginning, in milliseconds. */
const LEASE = 30_000;
/** A lease is kept when so much of it is gone. */
const KEEP_AFTER = LEASE / 3;

/**
 * The right to be the one merge of a stream that is at work. It only saves work: a holder that stands still and goes on later writes the
 * same results as whoever took over, and one that is gone keeps others waiting until the lease has expired.
 */
export class MergeLease {
  /** what the last merge found that ended */
  readonly notes: MergeNotes;
  /** whether the merge before was cut off */
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

  /** Takes it; `undefined` when another merge is at work. */
  static async take(runtime: Runtime, store: Store, stream: Omit<TaskId, 'shard'>): Promise<MergeLease | undefined> {
    const now = runtime.clock.now();
    const taken = await store.tasks.takeMergeLease(stream, now, now + LEASE);
    return taken && new MergeLease(runtime, store, stream, taken, now);
  }

  /** Keeps it, if that is due; false: another has it by now, and does what is left. */
  async keep(): Promise<boolean> {
    const now = this.#runtime.clock.now();
    if (now - this.#keptAt < KEEP_AFTER) return true;
    this.#keptAt = now;
    return this.#store.tasks.keepMergeLease(this.#stream, this.#number, now + LEASE);
  }

  /**
   * Gives it back; false: another has it by now.
   *
   * @param notes what was found; none: the merge was cut off
   */
  end(notes?: MergeNotes): Promise<boolean> {
    return this.#store.tasks.endMergeLease(this.#stream, this.#number, notes);
  }
}
