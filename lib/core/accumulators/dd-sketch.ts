import type { ByteReader, ByteWriter } from '../bytes.ts';
import { DDSKETCH_ACCURACY } from '../stored.ts';

/** Relative accuracy: a result is within 1 % of the value at its rank. */
const ACCURACY = DDSKETCH_ACCURACY;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** Values over 17 decades; what is further below the greatest is taken for that far below. */
const MOST_BUCKETS = 2048;
/** ln(least and greatest double) / ln γ, rounded outwards. */
const FURTHEST_BUCKET = 38_000;

/** DDSketch's buckets: how many values are in (γ^(i−1), γ^i], by i. */
class Buckets {
  readonly counts = new Map<number, number>();
  #greatest = Number.NEGATIVE_INFINITY;

  add(index: number, count: number): void {
    if (index > this.#greatest) {
      this.#greatest = index;
      if (this.counts.size > 0) this.#collapse();
    }
    const at = Math.max(index, this.#greatest - MOST_BUCKETS + 1);
    this.counts.set(at, (this.counts.get(at) ?? 0) + count);
  }

  sorted(): [index: number, count: number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }

  // The lowest distinct bucket depends only on the greatest one, so the order of values does not matter.
  #collapse(): void {
    const least = this.#greatest - MOST_BUCKETS + 1;
    let below = 0;
    for (const [index, count] of this.counts) {
      if (index >= least) continue;
      below += count;
      this.counts.delete(index);
    }
    if (below > 0) this.counts.set(least, (this.counts.get(least) ?? 0) + below);
  }
}

/**
 * DDSketch (Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019):
 * how many values are in each of many buckets, whose width grows with the values. Merging gives exactly the sketch of all values.
 */
export class DdSketch {
  n = 0;
  #zeros = 0;
  readonly #positive = new Buckets();
  readonly #negative = new Buckets();

  /** Adds a finite number, `count` times. */
  add(x: number, count = 1): void {
    this.n += count;
    if (x > 0) this.#positive.add(bucketOf(x), count);
    else if (x < 0) this.#negative.add(bucketOf(-x), count);
    else this.#zeros += count;
  }

  merge(from: DdSketch): void {
    this.n += from.n;
    this.#zeros += from.#zeros;
    for (const [index, count] of from.#positive.counts) this.#positive.add(index, count);
    for (const [index, count] of from.#negative.counts) this.#negative.add(index, count);
  }

  /** About the value at rank ⌊q (n − 1)⌋: within 1 % of it, if it is within 17 decades of the greatest; NULL of nothing. */
  quantile(q: number): number | null {
    if (this.n === 0) return null;
    const rank = Math.floor(q * (this.n - 1));
    let seen = 0;
    for (const [index, count] of this.#negative.sorted().reverse()) {
      seen += count;
      if (seen > rank) return finite(-representative(index));
    }
    seen += this.#zeros;
    if (seen > rank) return 0;
    for (const [index, count] of this.#positive.sorted()) {
      seen += count;
      if (seen > rank) return finite(representative(index));
    }
    return null;
  }

  write(out: ByteWriter): void {
    out.varuint(this.#zeros);
    writeBuckets(this.#positive, out);
    writeBuckets(this.#negative, out);
  }

  /** @throws MillraceError `corrupt` */
  static read(input: ByteReader): DdSketch {
    const sketch = new DdSketch();
    sketch.#zeros = input.varuint();
    sketch.n = sketch.#zeros + readBuckets(input, sketch.#positive) + readBuckets(input, sketch.#negative);
    if (!Number.isSafeInteger(sketch.n)) throw input.corrupt('a sketch of too many values');
    return sketch;
  }
}

function bucketOf(x: number): number {
  return Math.ceil(Math.log(x) / LOG_GAMMA);
}

/** The value of a bucket that is within the accuracy of all its values. */
function representative(index: number): number {
  return (2 * Math.exp(index * LOG_GAMMA)) / (GAMMA + 1);
}

function finite(x: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, x));
}

function writeBuckets(buckets: Buckets, out: ByteWriter): void {
  const sorted = buckets.sorted();
  out.varuint(sorted.length);
  let before = 0;
  for (const [index, count] of sorted) {
    out.varint(index - before);
    out.varuint(count);
    before = index;
  }
}

/** @returns how many values they hold */
function readBuckets(input: ByteReader, into: Buckets): number {
  const size = input.count(2);
  if (size > MOST_BUCKETS) throw input.corrupt(`a sketch of ${size} buckets`);
  const read: [number, number][] = [];
  let index = 0;
  let total = 0;
  for (let i = 0; i < size; i++) {
    const step = input.varint();
    if (i > 0 && step <= 0) throw input.corrupt('buckets are out of order');
    index += step;
    const count = input.varuint();
    if (Math.abs(index) > FURTHEST_BUCKET || count === 0) throw input.corrupt('a bucket is out of range');
    total += count;
    read.push([index, count]);
  }
  for (const [at, count] of read.reverse()) into.add(at, count);
  return total;
}
