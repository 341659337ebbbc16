import type { Accumulator } from '../accumulator.ts';
import { ExactSum } from './exact-sum.ts';

/** How many values there were, and their exact sum: one object, as there is one per pane and batch. */
class CountedSum extends ExactSum {
  n = 0;
}

/** The arithmetic mean: the exact sum, rounded, by the number of values; NULL of nothing. */
export const avg: Accumulator<CountedSum, [number | bigint], number | null> & {
  /** the exact sum, rounded, that a state holds as well */
  sumOf(acc: CountedSum): number | null;
  /** the same of whole numbers, exact: a BigInt outside ±(2^53 − 1) */
  integerSumOf(acc: CountedSum): number | bigint | null;
  /** the number of values that a state holds as well */
  countOf(acc: CountedSum): number;
} = {
  name: 'avg',
  create: () => new CountedSum(),
  add: (acc, x) => {
    acc.n++;
    if (typeof x === 'number') acc.add(x);
    else acc.addInteger(x);
    return acc;
  },
  merge: (into, from) => {
    into.n += from.n;
    into.merge(from);
    return into;
  },
  result: (acc) => {
    const sum = acc.n === 0 ? null : acc.value();
    return sum === null ? null : sum / acc.n;
  },
  sumOf: (acc) => (acc.n === 0 ? null : acc.value()),
  integerSumOf: (acc) => (acc.n === 0 ? null : acc.integer()),
  countOf: (acc) => acc.n,
  write: (acc, out) => {
    out.varuint(acc.n);
    if (acc.n > 0) acc.write(out);
  },
  read: (input) => {
    const acc = new CountedSum();
    acc.n = input.varuint();
    if (acc.n > 0) acc.merge(ExactSum.read(input));
    return acc;
  },
};
