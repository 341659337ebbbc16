import type { Instant } from '../../../core/instant.ts';
import { furthest } from '../as-of.ts';
import type { AsOf } from '../query.ts';

/** What a query over several views has seen of each: what it reads next is not older. */
export class Seen {
  readonly #asOf: Map<string, AsOf>;
  readonly #through = new Map<string, Instant>();
  #watermark = Number.POSITIVE_INFINITY;

  /** @param asOf what the caller has seen before */
  constructor(asOf: ReadonlyMap<string, AsOf> = new Map()) {
    this.#asOf = new Map(asOf);
  }

  /** What was seen of a view. */
  of(view: string): AsOf | undefined {
    return this.#asOf.get(view);
  }

  /** Begins to read rows anew: of what was read before, none are used. */
  begin(): void {
    this.#through.clear();
  }

  /**
   * Up to where all rows of a view are final that were read since {@link begin}; −Infinity where none were. By the first answer: what
   * became final while others were read may have been read before, or not have been there to be read.
   */
  through(view: string): Instant {
    return this.#through.get(view) ?? Number.NEGATIVE_INFINITY;
  }

  /** Notes an answer about a view; of answers that were asked for at once, in any order. */
  saw(view: string, answer: { readonly asOf: AsOf; readonly watermark: Instant }): void {
    this.#asOf.set(view, furthest(this.#asOf.get(view), answer.asOf));
    this.#through.set(view, Math.min(this.#through.get(view) ?? Number.POSITIVE_INFINITY, answer.asOf.mergedThrough));
    this.#watermark = Math.min(this.#watermark, answer.watermark);
  }

  /** How far event time has come in the slowest shard of all streams; −Infinity before the first event. */
  get watermark(): Instant {
    return Number.isFinite(this.#watermark) ? this.#watermark : Number.NEGATIVE_INFINITY;
  }

  /** Everything that was seen, by view. */
  get all(): ReadonlyMap<string, AsOf> {
    return this.#asOf;
  }
}
