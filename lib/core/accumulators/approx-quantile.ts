import type { Accumulator } from '../accumulator.ts';
import { MillraceError } from '../errors.ts';
import { DdSketch } from './dd-sketch.ts';

/**
 * About the value below which a share `q` of the values lies, by {@link DdSketch}: within 1 % of the value at rank ⌊q (n − 1)⌋, for
 * values within 17 decades of the greatest. NULL of nothing.
 *
 * @param q from 0 to 1
 * @throws MillraceError `definition` when `q` is not
 */
export function approxQuantile(q: number): Accumulator<DdSketch, [number], number | null> {
  if (!(q >= 0 && q <= 1)) throw new MillraceError('definition', `a quantile must be from 0 to 1, not ${q}`);
  return {
    name: `approx_quantile(${q})`,
    state: 'approx_quantile',
    create: () => new DdSketch(),
    add: (acc, x) => {
      acc.add(x);
      return acc;
    },
    merge: (into, from) => {
      into.merge(from);
      return into;
    },
    result: (acc) => acc.quantile(q),
    write: (acc, out) => acc.write(out),
    read: DdSketch.read,
  };
}
