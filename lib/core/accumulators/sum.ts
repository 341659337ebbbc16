import type { Accumulator } from '../accumulator.ts';
import { ExactSum } from './exact-sum.ts';

/** The exact sum, rounded when it is read; NULL of nothing, and beyond the largest double. */
export const sum: Accumulator<ExactSum | null, [number], number | null> = {
  name: 'sum',
  create: () => null,
  add: (acc, x) => {
    const sum = acc ?? new ExactSum();
    sum.add(x);
    return sum;
  },
  merge: (into, from) => {
    if (from === null) return into;
    const sum = into ?? new ExactSum();
    sum.merge(from);
    return sum;
  },
  result: (acc) => acc?.value() ?? null,
  write: (acc, out) => {
    out.byte(acc === null ? 0 : 1);
    acc?.write(out);
  },
  read: (input) => (input.byte() === 0 ? null : ExactSum.read(input)),
};
