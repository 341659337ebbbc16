import type { Instant } from './instant.ts';
import { hashKey, SLOTS } from './stored.ts';

/** The changes of a task since its last checkpoint: they decide when the next one is due, and which buckets it writes. */
export class CheckpointDebt {
  /** hash slots: 1 for those with keys that have changed */
  readonly dirty = new Uint8Array(SLOTS);
  /** when an entry last changed a view that is unknown here */
  unknownViewAt: Instant | undefined = undefined;
  /** commit time of the oldest entry no checkpoint covers */
  oldestUncovered: Instant | undefined = undefined;
  /** entries and bytes no checkpoint covers */
  uncoveredEntries = 0;
  uncoveredBytes = 0;

  /** Records that the state of a key has changed. */
  readonly touch = (key: string): void => {
    this.dirty[hashKey(key) % SLOTS] = 1;
  };

  /** Notes an entry. @param bytes its size as stored */
  addEntry(committedAt: Instant, bytes: number): void {
    this.oldestUncovered ??= committedAt;
    this.uncoveredEntries++;
    this.uncoveredBytes += bytes;
  }

  /** Resets the debt: a checkpoint covers every entry. */
  settle(): void {
    this.dirty.fill(0);
    this.oldestUncovered = undefined;
    this.uncoveredEntries = 0;
    this.uncoveredBytes = 0;
  }
}
