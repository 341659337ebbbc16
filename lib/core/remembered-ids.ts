import { type Codec, column, columns, number, text } from './codec.ts';
import type { Instant } from './instant.ts';
import { byBucket, type StatePart, type Touch } from './windowing.ts';

/** An id of an event that was counted, so that an event with the same id and partition key is a duplicate. */
export interface RememberedId {
  readonly partitionKey: string;
  readonly id: string;
  /** the watermark from which it is not remembered any more */
  readonly until: Instant;
}

/** Remembered ids, column by column. */
export const rememberedIds: Codec<readonly RememberedId[]> = columns<{ -readonly [K in keyof RememberedId]: RememberedId[K] }>(
  { partitionKey: column('partitionKey', text), id: column('id', text), until: column('until', number) },
  3,
);

/** Ids are evicted in groups that end within such a time of each other, in milliseconds. Whether one is remembered is decided to the millisecond. */
const SLOT = 10_000;
/** Bytes of memory of an id besides its characters. */
const MEMORY_PER_ID = 120;

/**
 * The ids that a task remembers. It is kept by partition key: checkpoints put an id into the bucket of its key, and the child of a shard inherits
 * the ids of the keys it is responsible for.
 */
export class RememberedIds {
  /** the greatest watermark with which ids were evicted elsewhere before this task inherited them: nothing that was evicted then is known here */
  floor: Instant = Number.NEGATIVE_INFINITY;
  readonly #ids = new Map<string, RememberedId>();
  readonly #slots = new Map<number, Set<string>>();
  #earliest = Number.POSITIVE_INFINITY;
  #characters = 0;

  /** How many are held, those that are no longer remembered but not yet evicted among them. */
  get size(): number {
    return this.#ids.size;
  }

  /** About the bytes they take in memory. */
  get memory(): number {
    return this.#ids.size * MEMORY_PER_ID + this.#characters;
  }

  /** The watermark from which an id is not remembered any more; `undefined` if it is not held. */
  until(partitionKey: string, id: string): Instant | undefined {
    return this.#ids.get(nameOf(partitionKey, id))?.until;
  }

  /** How many are remembered at a watermark. It is exact, so it does not depend on when ids were evicted. */
  countAt(watermark: Instant): number {
    if (watermark === Number.NEGATIVE_INFINITY) return this.#ids.size;
    const slot = slotOf(watermark);
    let count = 0;
    for (const [of, names] of this.#slots) {
      if (of > slot) count += names.size;
      else if (of === slot) for (const name of names) if ((this.#ids.get(name) as RememberedId).until > watermark) count++;
    }
    return count;
  }

  /** Adds ids; an id that is held already is remembered until the later of both times. */
  add(added: readonly RememberedId[], touch: Touch): void {
    for (const one of added) {
      const name = nameOf(one.partitionKey, one.id);
      const before = this.#ids.get(name);
      if (before && before.until >= one.until) continue;
      if (before) this.#remove(name, before);
      this.#ids.set(name, one);
      this.#characters += name.length;
      const slot = slotOf(one.until);
      const names = this.#slots.get(slot);
      if (names) names.add(name);
      else this.#slots.set(slot, new Set([name]));
      if (slot < this.#earliest) this.#earliest = slot;
      touch(one.partitionKey);
    }
  }

  /** Evicts ids that are no longer remembered at a watermark. */
  evict(watermark: Instant, touch: Touch): void {
    const slot = watermark === Number.NEGATIVE_INFINITY ? watermark : slotOf(watermark);
    if (this.#earliest >= slot) return;
    for (const [of, names] of this.#slots) {
      if (of >= slot) continue;
      for (const name of names) {
        const one = this.#ids.get(name) as RememberedId;
        this.#remove(name, one);
        touch(one.partitionKey);
      }
    }
    this.#earliest = Math.min(...this.#slots.keys());
  }

  /** Those that are remembered at a watermark and whose partition key passes a test. */
  at(watermark: Instant, holds: (partitionKey: string) => boolean): RememberedId[] {
    return [...this.#ids.values()].filter(({ partitionKey, until }) => until > watermark && holds(partitionKey));
  }

  /** Their stored form, in one part per bucket of a checkpoint. @param bucketOf `undefined`: the key is not written */
  *parts(bucketOf: (partitionKey: string) => number | undefined): Generator<StatePart> {
    const byKey = Map.groupBy(this.#ids.values(), ({ partitionKey }) => partitionKey);
    for (const [bucket, keys] of byBucket(byKey, bucketOf)) {
      yield {
        bucket,
        write: (out) =>
          rememberedIds.write(
            keys.flatMap(([, ids]) => ids),
            out,
          ),
      };
    }
  }

  #remove(name: string, { until }: RememberedId): void {
    this.#ids.delete(name);
    this.#characters -= name.length;
    const slot = slotOf(until);
    const names = this.#slots.get(slot);
    names?.delete(name);
    if (names?.size === 0) this.#slots.delete(slot);
  }
}

function slotOf(instant: Instant): number {
  return Math.floor(instant / SLOT);
}

/** A partition key and an id as one text; the length tells where the first ends. */
function nameOf(partitionKey: string, id: string): string {
  return `${partitionKey.length} ${partitionKey}${id}`;
}
