import { hashOf } from './aggregated.ts';
import type { ApplicationSpec, Payload } from './spec.ts';

/** The outcome of an event by its id. */
type ByItsId = 'new' | 'duplicate' | 'late' | 'full';

interface Remembered {
  readonly k: string;
  readonly id: number;
  /** the watermark from which it is forgotten */
  readonly until: number;
}

/** The ids of one shard, as a list that nothing is ever removed from. */
export class Memory {
  /** the shard's last one */
  watermark = Number.NEGATIVE_INFINITY;
  /** up to where its parents may have forgotten */
  #forgotten = Number.NEGATIVE_INFINITY;
  readonly #ids: Remembered[] = [];
  readonly #spec: ApplicationSpec['dedupe'];
  readonly #range: { readonly from: bigint; readonly to: bigint };

  constructor(spec: ApplicationSpec['dedupe'], range: { readonly from: bigint; readonly to: bigint }) {
    this.#spec = spec;
    this.#range = range;
  }

  /** Takes over what an ended parent, if it has a log, still remembers of the keys of this shard. */
  inherit(parent: Memory | undefined): void {
    if (!parent) return;
    this.#ids.push(...parent.#ids.filter(({ k, until }) => until > parent.watermark && this.#isHere(k)));
    this.#forgotten = Math.max(this.#forgotten, parent.#forgotten, parent.watermark);
  }

  /** Whether an event was put by its own key, into the shard of that. */
  isRight({ k }: Payload, partitionKey: string): boolean {
    return !this.#spec || (k === partitionKey && this.#isHere(k));
  }

  /** @param watermark the task's, the event included */
  judge({ k, id, at }: Payload, watermark: number): ByItsId {
    if (!this.#spec) return 'new';
    const { within, maxIds } = this.#spec;
    if (at + within <= Math.max(watermark, this.#forgotten)) return 'late';
    const left = this.#ids.filter(({ until }) => until > watermark);
    if (left.some((one) => one.k === k && one.id === id)) return 'duplicate';
    return left.length >= maxIds ? 'full' : 'new';
  }

  add({ k, id, at }: Payload): void {
    if (this.#spec) this.#ids.push({ k, id, until: at + this.#spec.within });
  }

  #isHere(k: string): boolean {
    const hash = hashOf(k);
    return hash >= this.#range.from && hash <= this.#range.to;
  }
}
