import type { TaskState } from '../core/state.ts';
import type { Manifest } from '../store/ports.ts';

/** A task's state and the checkpoint it stands on. */
export interface Held {
  readonly state: TaskState;
  /** the newest checkpoint known; the next one builds on it */
  manifest: Manifest | undefined;
  /** bytes of that checkpoint's buckets */
  checkpointBytes: number;
}

/** The states a warm container keeps: least recently used ones go when their bytes exceed the limit. */
export class StateCache {
  readonly #limit: number;
  readonly #held = new Map<string, Held>();
  readonly #queues = new Map<string, Promise<unknown>>();

  /** @param limit bytes, estimated from what was stored */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The state kept under a name, if it is still there. */
  get(name: string): Held | undefined {
    return this.#held.get(name);
  }

  /** Keeps a state, and forgets others if there is no room. */
  keep(name: string, held: Held): void {
    this.#held.delete(name);
    this.#held.set(name, held);
    let total = 0;
    for (const kept of this.#held.values()) total += sizeOf(kept);
    for (const [oldest, kept] of this.#held) {
      if (total <= this.#limit || oldest === name) break;
      this.#held.delete(oldest);
      total -= sizeOf(kept);
    }
  }

  /** Forgets a state: what is in memory may not be what was committed. */
  drop(name: string): void {
    this.#held.delete(name);
  }

  /** Runs `work` when all earlier work on the same task has ended: a state has one user at a time. */
  async exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => {});
    this.#queues.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(name) === settled) this.#queues.delete(name);
    }
  }
}

/** Objects take several times the room of the packed bytes they came from. */
const MEMORY_PER_STORED_BYTE = 8;

function sizeOf(held: Held): number {
  return 4096 + (held.checkpointBytes + held.state.uncoveredBytes) * MEMORY_PER_STORED_BYTE;
}
