import type { Row } from './column.ts';
import type { StreamEvent } from './event.ts';
import type { Instant } from './instant.ts';
import { type HoldsKey, keyOfRow, keyText, partitionKeyProblem } from './partition-key.ts';
import type { RememberedId, RememberedIds } from './remembered-ids.ts';
import type { DedupeSpec } from './view.ts';

/** The maximum number of characters of an id. */
const LONGEST_ID = 256;

/** What an event is by its id: new, a duplicate, too old to be told, or new when the shard remembers as many ids as it may. */
export type Judged = 'new' | 'duplicate' | 'late' | 'full';

/**
 * Why a stream that leaves out duplicates cannot tell whether an event is one: it is not where all events of its partition key are, or has no
 * usable id.
 *
 * @param holds whether a partition key belongs to the task's shard
 */
export function identityProblem(spec: DedupeSpec, event: StreamEvent, holds?: HoldsKey): string | undefined {
  const { partitionKey, by } = spec;
  const misplaced = partitionKeyProblem(partitionKey, event, holds);
  if (misplaced !== undefined) return misplaced;
  const id = idOf(spec, event.row);
  if (id === undefined) return `column "${by}": expected an id to deduplicate by, got null`;
  if (id.length <= LONGEST_ID) return undefined;
  return `column "${by}": expected at most ${LONGEST_ID} characters to deduplicate by, got ${id.length}`;
}

/** The identity of an event that has no {@link identityProblem}: two events with the same one are duplicates. */
export function identityOf(spec: DedupeSpec, row: Row): { readonly key: string; readonly id: string } {
  return { key: keyOfRow(spec.partitionKey, row) ?? '', id: idOf(spec, row) ?? '' };
}

function idOf({ by }: DedupeSpec, row: Row): string | undefined {
  return keyText(Object.hasOwn(row, by) ? row[by] : undefined);
}

/**
 * Finds a batch's duplicates. An id is remembered together with the partition key of its event, from the first event with it until the shard's watermark
 * reaches that event's time plus `within`. An event with a remembered id is a duplicate. An event whose own id would already
 * be forgotten cannot be told from a duplicate, so it is late. Every event is judged by the watermark that includes it, so results do not
 * depend on the division into batches.
 */
export class Deduplicator {
  readonly #spec: DedupeSpec;
  readonly #held: RememberedIds;
  /** those of this batch, by partition key */
  readonly #added = new Map<string, Map<string, RememberedId>>();
  #size = 0;

  /** @param held what the task remembers; it is not changed */
  constructor(spec: DedupeSpec, held: RememberedIds) {
    this.#spec = spec;
    this.#held = held;
  }

  /**
   * Judges one event, which has no {@link identityProblem}.
   *
   * @param watermark the task's, the event included
   */
  judge(event: Pick<StreamEvent, 'row' | 'time'>, watermark: Instant): Judged {
    const { within, maxIds } = this.#spec;
    const { key, id } = identityOf(this.#spec, event.row);
    const { time } = event;
    if (time + within <= Math.max(watermark, this.#held.floor)) return 'late';
    const until = this.#added.get(key)?.get(id)?.until ?? this.#held.until(key, id);
    if (until !== undefined && until > watermark) return 'duplicate';
    // An exact count takes time, so it is made only near the limit.
    return this.#held.size + this.#size >= maxIds && this.#countAt(watermark) >= maxIds ? 'full' : 'new';
  }

  /** Remembers the id of an event that was judged new and counted. */
  remember(event: Pick<StreamEvent, 'row' | 'time'>): void {
    const { key, id } = identityOf(this.#spec, event.row);
    const ofKey = this.#added.get(key) ?? new Map<string, RememberedId>();
    this.#added.set(key, ofKey);
    if (!ofKey.has(id)) this.#size++;
    ofKey.set(id, { partitionKey: key, id, until: event.time + this.#spec.within });
  }

  /** What was added. */
  finish(): readonly RememberedId[] {
    return [...this.#added.values()].flatMap((ofKey) => [...ofKey.values()]);
  }

  #countAt(watermark: Instant): number {
    let count = this.#held.countAt(watermark);
    for (const ofKey of this.#added.values()) for (const { until } of ofKey.values()) if (until > watermark) count++;
    return count;
  }
}
