import type { Accumulator } from '../accumulator.ts';
import { ExactSum } from './exact-sum.ts';

/** The exact sum, rounded when it is read; NULL of nothing, and beyond the largest double. */
export const sum = ofNumbers((total) => total.value());

/** The exact sum of whole numbers, a BigInt outside ±(2^53 − 1) and also outside int64; NULL of nothing. */
export const sumIntegers = ofNumbers((total) => total.integer());

function ofNumbers<R>(result: (total: ExactSum) => R): Accumulator<ExactSum | null, [number | bigint], R | null> {
  return {
    name: 'sum',
    create: () => null,
    add: (acc, x) => {
      const sum = acc ?? new ExactSum();
      if (typeof x === 'number') sum.add(x);
      else sum.addInteger(x);
      return sum;
    },
    merge: (into, from) => {
      if (from === null) return into;
      const sum = into ?? new ExactSum();
      sum.merge(from);
      return sum;
    },
    result: (acc) => (acc === null ? null : result(acc)),
    write: (acc, out) => {
      out.byte(acc === null ? 0 : 1);
      acc?.write(out);
    },
    read: (input) => (input.flag() ? ExactSum.read(input) : null),
  };
}
