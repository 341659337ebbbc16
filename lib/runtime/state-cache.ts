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
  readonly #held = new Map<string, { readonly held: Held; readonly size: number }>();
  readonly #queues = new Map<string, Promise<unknown>>();

  /** @param limit bytes, estimated from how many panes there are and what was stored */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The state kept under a name, if it is still there. */
  get(name: string): Held | undefined {
    return this.#held.get(name)?.held;
  }

  /** Keeps a state, and forgets others if there is no room. */
  keep(name: string, held: Held): void {
    this.#held.delete(name);
    this.#held.set(name, { held, size: sizeOf(held) });
    let total = 0;
    for (const { size } of this.#held.values()) total += size;
    for (const [oldest, { size }] of this.#held) {
      if (total <= this.#limit || oldest === name) break;
      this.#held.delete(oldest);
      total -= size;
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

/** A key, its place in a map and a few small states, measured. */
const MEMORY_PER_PANE = 256;
/** What is large is larger as objects: the packed bytes it came from, times so much. */
const MEMORY_PER_STORED_BYTE = 4;

function sizeOf({ state, checkpointBytes }: Held): number {
  let panes = 0;
  for (const { cells, spans } of state.views.values()) {
    // Mostly one for each key; to count them all would take as long as the batch.
    panes += spans.size;
    for (const atStart of cells.values()) for (const cell of atStart) panes += cell.panes.size + 1;
  }
  return 4096 + panes * MEMORY_PER_PANE + (checkpointBytes + state.uncoveredBytes) * MEMORY_PER_STORED_BYTE;
}
