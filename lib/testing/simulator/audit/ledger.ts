import { fromAttributes } from '../../../aws/dynamodb/attribute-value.ts';
import type { Entry } from '../../../core/entry.ts';
import { decodeEntry } from '../../../core/entry-codec.ts';
import type { ViewPlan } from '../../../plan/plan.ts';
import { unpack } from '../../../runtime/body.ts';
import { entryName } from '../../../runtime/item-names.ts';
import type { Item } from '../../../store/items/item.ts';
import { type Attributes, sameItem } from '../dynamodb/attributes.ts';
import { RESULTS_TABLE } from '../dynamodb/simulated-dynamodb.ts';
import type { SimulatedStream } from '../kinesis/simulated-stream.ts';
import { readRecord } from '../oracle/read-record.ts';
import type { Violations } from './violations.ts';

/** Observes every write to the tables, remembers all entries, and reports violations immediately. */
export class Ledger {
  /** every entry by shard, also those deleted since */
  readonly logs = new Map<string, Entry[]>();
  /** the boundary of final results by view */
  readonly mergedThrough = new Map<string, number>();
  /** late events and dead letters of deleted entries, by sequence number: they can no longer be listed */
  readonly expired = new Set<string>();
  /** how often the events with an id were processed, including dead and late ones */
  readonly taken = new Map<number, number>();
  readonly #violations: Violations;
  readonly #stream: SimulatedStream;
  readonly #views: readonly ViewPlan[];
  readonly #piece: (pk: string) => Attributes | undefined;
  readonly #say: (who: string, what: string) => void;
  readonly #onTakeOver: () => void;

  /**
   * @param piece finds a piece of an entry's body
   * @param onTakeOver called when a merge starts before another has ended
   */
  constructor(
    violations: Violations,
    stream: SimulatedStream,
    views: readonly ViewPlan[],
    piece: (pk: string) => Attributes | undefined,
    say: (who: string, what: string) => void,
    onTakeOver: () => void,
  ) {
    this.#onTakeOver = onTakeOver;
    this.#violations = violations;
    this.#stream = stream;
    this.#views = views;
    this.#piece = piece;
    this.#say = say;
  }

  /** Records a change of an item. */
  see(table: string, before: Attributes | undefined, after: Attributes | undefined): void {
    if (!after) {
      this.#seeDeletion(before);
      return;
    }
    const [, owner = '', what = '', kind] = (after.pk?.S ?? '').split('#');
    if (table === RESULTS_TABLE) this.#seeResult(before, after);
    else if (what === 'progress') this.#seeProgress(after);
    else if (what === 'merge') this.#seeLease(before, after);
    else if (kind === 'log') this.#seeEntry(owner, what, before, fromAttributes({ ...after }));
  }

  /** The sequence number up to which a shard was processed. */
  lastTaken(shard: string): string {
    return this.logs.get(shard)?.at(-1)?.last ?? '';
  }

  #seeEntry(stream: string, shard: string, before: Attributes | undefined, item: Item): void {
    const log = this.logs.get(shard) ?? [];
    this.logs.set(shard, log);
    const index = Number(item.sk);
    const itemName = entryName({ application: 'sim', stream, shard }, index);
    const { name } = itemName;
    if (before || index !== log.length + 1) {
      this.#violations.add('fork', `${name} written when ${log.length} were there`);
      return;
    }
    const entry = decodeEntry(unpack(this.#bodyOf(item), itemName), name, this.#views);
    const last = log.at(-1);
    if (last && entry.watermark < last.watermark) this.#violations.add('watermark back', `${name}: ${last.watermark} → ${entry.watermark}`);
    if (last?.kind === 'end') this.#violations.add('after the end', `${name} follows the last one`);
    if (last && last.last !== '' && BigInt(entry.last) < BigInt(last.last))
      this.#violations.add('sequence back', `${name}: ${last.last} → ${entry.last}`);
    if ((entry.kind === 'genesis') !== (index === 1)) this.#violations.add('genesis', `${name} is of kind ${entry.kind}`);
    log.push(entry);
    if (entry.kind === 'batch') this.#take(shard, last?.last ?? '', entry.last);
    const { kind, watermark, late, dead, events } = entry;
    this.#say(shard, `#${index} ${kind} ≤${entry.last} wm ${watermark} events ${events} late ${late.length} dead ${dead.length}`);
  }

  #seeDeletion(item: Attributes | undefined): void {
    const [, , shard = '', kind] = (item?.pk?.S ?? '').split('#');
    const entry = kind === 'log' ? this.logs.get(shard)?.[Number(item?.sk?.S) - 1] : undefined;
    for (const { sequence } of [...(entry?.late ?? []), ...(entry?.dead ?? [])]) this.expired.add(sequence);
  }

  #take(shard: string, after: string, until: string): void {
    for (const record of this.#stream.shards.get(shard)?.records ?? []) {
      const { sequence } = record;
      if ((after !== '' && BigInt(sequence) <= BigInt(after)) || BigInt(sequence) > BigInt(until)) continue;
      for (const event of readRecord(record)) if (event) this.taken.set(event.id, (this.taken.get(event.id) ?? 0) + 1);
    }
  }

  #bodyOf(item: Item): Uint8Array {
    if (item.body instanceof Uint8Array) return item.body;
    const pieces = Array.from(
      { length: Number(item.pieces) },
      (_, i) => this.#piece(`${item.pieces_in}#${i}`)?.body?.B ?? new Uint8Array(),
    );
    return new Uint8Array(Buffer.concat(pieces));
  }

  #seeProgress(after: Attributes): void {
    for (const [name, value] of Object.entries(after)) {
      if (!name.startsWith('merged:')) continue;
      const view = name.slice('merged:'.length);
      const [was, now] = [this.mergedThrough.get(view) ?? Number.NEGATIVE_INFINITY, Number(value.N)];
      if (now < was) this.#violations.add('merged_through back', `${view}: ${was} → ${now}`);
      if (now > was) this.#say('merge', `${view} merged through ${now}`);
      this.mergedThrough.set(view, now);
    }
  }

  #seeLease(before: Attributes | undefined, after: Attributes): void {
    if (before?.until?.N === undefined || before.until.N === '0' || before.taken?.N === after.taken?.N) return;
    this.#say('merge', `merge ${after.taken?.N} takes over`);
    this.#onTakeOver();
  }

  #seeResult(before: Attributes | undefined, after: Attributes): void {
    if (!before) return;
    const [, , what] = (after.pk?.S ?? '').split('#');
    // A row, or a piece of a large page, may be put again as it was, with a later time to live.
    const isWrittenOnce = what === 'page' || what === 'windows';
    if (!isWrittenOnce && sameItem({ ...before, ttl: { N: '0' } }, { ...after, ttl: { N: '0' } })) return;
    this.#violations.add('result changed', `${after.pk?.S} ${after.sk?.S} was written again`);
  }
}
