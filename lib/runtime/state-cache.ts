import type { CheckpointDebt } from '../core/checkpoint-debt.ts';
import type { TaskState } from '../core/state.ts';
import type { Manifest } from '../store/ports.ts';

/** A task's state and the checkpoint it stands on. */
export interface Held {
  readonly state: TaskState;
  /** what the next checkpoint has to write */
  readonly debt: CheckpointDebt;
  /** the newest checkpoint known; the next one builds on it */
  manifest: Manifest | undefined;
  /** bytes of that checkpoint's buckets */
  checkpointBytes: number;
}

/** For how long, in milliseconds, a scan leaves a state in place that others used. */
const SPARED = 600_000;

interface Kept {
  readonly held: Held;
  readonly size: number;
  usedAt: number;
}

/** What all views of a cache share. */
interface Contents {
  readonly limit: number;
  readonly now: () => number;
  /** least recently kept first */
  readonly kept: Map<string, Kept>;
  readonly queues: Map<string, Promise<unknown>>;
  bytes: number;
}

/**
 * The states a warm container keeps. When their bytes exceed the limit, the least recently used go.
 *
 * A merge uses the states of all of a stream's tasks in turn, again and again. If they do not all fit, each would push out the one that is
 * needed next, and every merge would read everything. So what is kept through {@link StateCache.scan} does not push out what was used in
 * the last ten minutes, but is itself not kept: as many states stay as there is room for.
 */
export class StateCache {
  readonly #contents: Contents;
  readonly #isScan: boolean;

  /**
   * @param limit bytes, estimated from how many panes there are and what was stored
   * @param now the clock, in milliseconds
   */
  constructor(limit: number, now: () => number = Date.now, of?: StateCache) {
    this.#contents = of ? of.#contents : { limit, now, kept: new Map(), queues: new Map(), bytes: 0 };
    this.#isScan = of !== undefined;
  }

  /** The same cache for who uses the states of many tasks once each. */
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

  /** Keeps a state, and forgets others if there is no room. */
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

  /** Forgets a state: what is in memory may not be what was committed. */
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

/** What is large is larger as objects: the packed bytes it came from, times so much. */
const MEMORY_PER_STORED_BYTE = 4;

function sizeOf({ state, debt, checkpointBytes }: Held): number {
  let bytes = 4096 + (checkpointBytes + debt.uncoveredBytes) * MEMORY_PER_STORED_BYTE;
  for (const { held } of state.views.values()) bytes += held.memory;
  return bytes;
}
