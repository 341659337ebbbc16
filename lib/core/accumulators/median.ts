import type { Accumulator } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { DdSketch } from './dd-sketch.ts';

/** How many different values are kept exactly. */
const MOST_EXACT = 1024;

/** How often each value came; of too many different ones a sketch instead. Which of them depends on the values alone. */
class Values {
  exact: Map<number, number> | undefined = new Map();
  sketch: DdSketch | undefined;

  add(x: number, count: number): void {
    if (this.sketch) {
      this.sketch.add(x, count);
      return;
    }
    const exact = this.exact as Map<number, number>;
    exact.set(x, (exact.get(x) ?? 0) + count);
    if (exact.size > MOST_EXACT) this.#give();
  }

  merge(from: Values): void {
    if (from.exact) for (const [x, count] of from.exact) this.add(x, count);
    else {
      if (!this.sketch) this.#give();
      (this.sketch as DdSketch).merge(from.sketch as DdSketch);
    }
  }

  #give(): void {
    this.sketch = new DdSketch();
    for (const [x, count] of this.exact ?? []) this.sketch.add(x, count);
    this.exact = undefined;
  }

  sorted(): [x: number, count: number][] {
    return [...(this.exact ?? [])].sort(([a], [b]) => a - b);
  }
}

/**
 * The value in the middle; of an even number of values the mean of the two in the middle. Exact up to 1,024 different values; of more
 * it is within 1 % of the lower one of those in the middle, as `approx_quantile(x, 0.5)` is. NULL of nothing.
 */
export const median: Accumulator<Values, [number], number | null> = {
  name: 'median',
  create: () => new Values(),
  add: (acc, x) => {
    acc.add(x + 0, 1);
    return acc;
  },
  merge: (into, from) => {
    into.merge(from);
    return into;
  },
  result: (acc) => (acc.sketch ? acc.sketch.quantile(0.5) : middle(acc.sorted())),
  write,
  read,
};

function middle(sorted: readonly [x: number, count: number][]): number | null {
  const n = sorted.reduce((total, [, count]) => total + count, 0);
  if (n === 0) return null;
  const at = (rank: number): number => {
    let seen = 0;
    for (const [x, count] of sorted) {
      seen += count;
      if (seen > rank) return x;
    }
    return Number.NaN;
  };
  const [low, high] = [at(Math.floor((n - 1) / 2)), at(Math.floor(n / 2))];
  // Halves first: the sum of two large values would be infinite. Equal values need none, and must not be rounded.
  if (low === high) return low;
  const sum = low + high;
  return Number.isFinite(sum) ? sum / 2 : low / 2 + high / 2;
}

function write(acc: Values, out: ByteWriter): void {
  out.byte(acc.sketch ? 1 : 0);
  if (acc.sketch) {
    acc.sketch.write(out);
    return;
  }
  const sorted = acc.sorted();
  out.varuint(sorted.length);
  for (const [x, count] of sorted) {
    out.number(x);
    out.varuint(count);
  }
}

function read(input: ByteReader): Values {
  const acc = new Values();
  const form = input.byte();
  if (form > 1) throw input.corrupt('a median of an unknown form');
  if (form === 1) {
    acc.exact = undefined;
    acc.sketch = DdSketch.read(input);
    return acc;
  }
  const size = input.count(2);
  if (size > MOST_EXACT) throw input.corrupt(`a median of ${size} values`);
  for (let i = 0; i < size; i++) {
    const x = input.number();
    const count = input.varuint();
    if (!Number.isFinite(x) || count === 0) throw input.corrupt('a value of a median is out of range');
    acc.add(x, count);
  }
  return acc;
}
