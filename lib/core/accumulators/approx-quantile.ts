import type { Accumulator } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { MillraceError } from '../errors.ts';

/** Relative accuracy: a result is within 1 % of the value at its rank. */
const ACCURACY = 0.01;
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

  // How far down buckets are told apart depends on the greatest one only, so it does not matter in which order values come.
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

class Sketch {
  n = 0;
  zeros = 0;
  readonly positive = new Buckets();
  readonly negative = new Buckets();
}

/**
 * About the value below which a share `q` of the values lies: DDSketch (Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", VLDB 2019). The result is within 1 % of the value at rank ⌊q (n − 1)⌋, for
 * values within 17 decades of the greatest. Merging gives exactly the sketch of all values. NULL of nothing.
 *
 * @param q from 0 to 1
 * @throws MillraceError `definition` when `q` is not
 */
export function approxQuantile(q: number): Accumulator<Sketch, [number], number | null> {
  if (!(q >= 0 && q <= 1)) throw new MillraceError('definition', `a quantile must be from 0 to 1, not ${q}`);
  return {
    name: `approx_quantile(${q})`,
    create: () => new Sketch(),
    add: (acc, x) => {
      acc.n++;
      if (x > 0) acc.positive.add(bucketOf(x), 1);
      else if (x < 0) acc.negative.add(bucketOf(-x), 1);
      else acc.zeros++;
      return acc;
    },
    merge: (into, from) => {
      into.n += from.n;
      into.zeros += from.zeros;
      for (const [index, count] of from.positive.counts) into.positive.add(index, count);
      for (const [index, count] of from.negative.counts) into.negative.add(index, count);
      return into;
    },
    result: (acc) => valueAt(acc, q),
    write: (acc, out) => {
      out.varuint(acc.zeros);
      writeBuckets(acc.positive, out);
      writeBuckets(acc.negative, out);
    },
    read: (input) => {
      const acc = new Sketch();
      acc.zeros = input.varuint();
      acc.n = acc.zeros + readBuckets(input, acc.positive) + readBuckets(input, acc.negative);
      if (!Number.isSafeInteger(acc.n)) throw input.corrupt('a sketch of too many values');
      return acc;
    },
  };
}

function bucketOf(x: number): number {
  return Math.ceil(Math.log(x) / LOG_GAMMA);
}

/** The value of a bucket that is within the accuracy of all its values. */
function representative(index: number): number {
  return (2 * Math.exp(index * LOG_GAMMA)) / (GAMMA + 1);
}

function valueAt(acc: Sketch, q: number): number | null {
  if (acc.n === 0) return null;
  const rank = Math.floor(q * (acc.n - 1));
  let seen = 0;
  for (const [index, count] of acc.negative.sorted().reverse()) {
    seen += count;
    if (seen > rank) return finite(-representative(index));
  }
  seen += acc.zeros;
  if (seen > rank) return 0;
  for (const [index, count] of acc.positive.sorted()) {
    seen += count;
    if (seen > rank) return finite(representative(index));
  }
  return null;
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
