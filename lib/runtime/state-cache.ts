import type { CheckpointDebt } from '../core/checkpoint-debt.ts';
import type { TaskState } from '../core/state.ts';
import type { Manifest } from '../store/ports.ts';

/** A task's state and the checkpoint it is based on. */
export interface Held {
  readonly state: TaskState;
  /** what the next checkpoint must write */
  readonly debt: CheckpointDebt;
  /** the newest checkpoint known; the next one builds on it */
  manifest: Manifest | undefined;
  /** bytes of that checkpoint's buckets */
  checkpointBytes: number;
}

/** How long, in milliseconds, a scan does not replace a state that other work used. */
const SPARED = 600_000;

interface Kept {
  readonly held: Held;
  readonly size: number;
  usedAt: number;
}

/** The data that a cache and its scan variant share. */
interface Contents {
  readonly limit: number;
  readonly now: () => number;
  /** least recently used first */
  readonly kept: Map<string, Kept>;
  readonly queues: Map<string, Promise<unknown>>;
  bytes: number;
}

/**
 * The states that a warm container keeps in memory. When they exceed the limit, the least recently used are removed.
 *
 * A merge repeatedly uses the states of all of a stream's tasks in turn. If they do not all fit, each would replace the one that is
 * needed next, and every merge would read everything. Therefore, states kept through {@link StateCache.scan} do not replace those used in
 * the last ten minutes; if there is no room, they are not kept.
 */
export class StateCache {
  readonly #contents: Contents;
  readonly #isScan: boolean;

  /**
   * @param limit bytes, estimated from the number of panes and the stored size
   * @param now the clock, in milliseconds
   */
  constructor(limit: number, now: () => number = Date.now, of?: StateCache) {
    this.#contents = of ? of.#contents : { limit, now, kept: new Map(), queues: new Map(), bytes: 0 };
    this.#isScan = of !== undefined;
  }

  /** The same cache for work that uses the states of many tasks once each. */
  scan(): StateCache {
    return new StateCache(this.#contents.limit, this.#contents.now, this);
  }

  /** Bytes of all states kept, as estimated. */
  get bytes(): number {
    return this.#contents.bytes;
  }

  /** The state kept under a name, if it is still there. */
  get(name: string): Held | undefined {
    const found = this.#contents.kept.get(name);
    if (found) found.usedAt = this.#contents.now();
    return found?.held;
  }

  /** Keeps a state, and removes others if there is no room. */
  keep(name: string, held: Held): void {
    const { kept, limit, now } = this.#contents;
    this.drop(name);
    const size = sizeOf(held);
    kept.set(name, { held, size, usedAt: now() });
    this.#contents.bytes += size;
    const spared = this.#isScan ? now() - SPARED : Number.POSITIVE_INFINITY;
    for (const [other, { usedAt }] of kept) {
      if (this.#contents.bytes <= limit) return;
      if (other !== name && usedAt < spared) this.drop(other);
    }
    // A state that alone is larger than the limit is kept as long as there is no other.
    if (this.#contents.bytes > limit && kept.size > 1) this.drop(name);
  }

  /** Removes a state that may differ from what was committed. */
  drop(name: string): void {
    this.#contents.bytes -= this.#contents.kept.get(name)?.size ?? 0;
    this.#contents.kept.delete(name);
  }

  /** Runs `work` when all earlier work on the same task has ended: a state has one user at a time. */
  async exclusive<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#contents.queues.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => {});
    this.#contents.queues.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#contents.queues.get(name) === settled) this.#contents.queues.delete(name);
    }
  }
}

/** The factor from packed bytes to the memory of the objects. */
const MEMORY_PER_STORED_BYTE = 4;

function sizeOf({ state, debt, checkpointBytes }: Held): number {
  let bytes = 4096 + state.ids.memory + (checkpointBytes + debt.uncoveredBytes) * MEMORY_PER_STORED_BYTE;
  for (const { held } of state.views.values()) bytes += held.memory;
  return bytes;
}
