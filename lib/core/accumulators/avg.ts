import type { Accumulator } from '../accumulator.ts';
import { ExactSum } from './exact-sum.ts';

/** How many values there were, and their exact sum. */
class Mean {
  n = 0;
  readonly sum: ExactSum;

  constructor(sum: ExactSum = new ExactSum()) {
    this.sum = sum;
  }
}

/** The arithmetic mean: the exact sum, rounded, by the number of values; NULL of nothing. */
export const avg: Accumulator<Mean, [number], number | null> = {
  name: 'avg',
  create: () => new Mean(),
  add: (acc, x) => {
    acc.n++;
    acc.sum.add(x);
    return acc;
  },
  merge: (into, from) => {
    into.n += from.n;
    into.sum.merge(from.sum);
    return into;
  },
  result: (acc) => {
    const sum = acc.n === 0 ? null : acc.sum.value();
    return sum === null ? null : sum / acc.n;
  },
  write: (acc, out) => {
    out.varuint(acc.n);
    if (acc.n > 0) acc.sum.write(out);
  },
  read: (input) => {
    const n = input.varuint();
    const mean = n === 0 ? new Mean() : new Mean(ExactSum.read(input));
    mean.n = n;
    return mean;
  },
};
