import type { Accumulator } from '../accumulator.ts';
import { ExactSum } from './exact-sum.ts';
import { growByProduct, roundedSum, twoProduct } from './expansion.ts';

/** Beyond, a square has no double, and a variance no use. */
export const LARGEST = 2 ** 440;

/** How many values there were, and the exact sums of them and of their squares. */
class Moments {
  n = 0;
  /** whether a value was too large to be squared */
  overflow = false;
  readonly sum: ExactSum;
  readonly squares: ExactSum;

  constructor(sum: ExactSum = new ExactSum(), squares: ExactSum = new ExactSum()) {
    this.sum = sum;
    this.squares = squares;
  }
}

/** The sample variance; NULL of fewer than two values. */
export const varSamp = moments('var_samp', (acc) => variance(acc, 1));
/** The population variance; NULL of nothing. */
export const varPop = moments('var_pop', (acc) => variance(acc, 0));
/** The sample standard deviation; NULL of fewer than two values. */
export const stddevSamp = moments('stddev_samp', (acc) => root(variance(acc, 1)));
/** The population standard deviation; NULL of nothing. */
export const stddevPop = moments('stddev_pop', (acc) => root(variance(acc, 0)));

function moments(name: string, result: (acc: Moments) => number | null): Accumulator<Moments, [number], number | null> {
  return {
    name,
    state: 'moments',
    create: () => new Moments(),
    add: (acc, x) => {
      acc.n++;
      if (Math.abs(x) > LARGEST) {
        acc.overflow = true;
        return acc;
      }
      const [square, error] = twoProduct(x, x);
      acc.sum.add(x);
      acc.squares.add(square);
      if (error !== 0) acc.squares.add(error);
      return acc;
    },
    merge: (into, from) => {
      into.n += from.n;
      into.overflow ||= from.overflow;
      into.sum.merge(from.sum);
      into.squares.merge(from.squares);
      return into;
    },
    result,
    write: (acc, out) => {
      out.varuint(acc.n);
      if (acc.n === 0) return;
      out.byte(acc.overflow ? 1 : 0);
      acc.sum.write(out);
      acc.squares.write(out);
    },
    read: (input) => {
      const n = input.varuint();
      if (n === 0) return new Moments();
      const overflow = input.byte();
      if (overflow > 1) throw input.corrupt('a variance of an unknown form');
      const acc = new Moments(ExactSum.read(input), ExactSum.read(input));
      acc.n = n;
      acc.overflow = overflow === 1;
      return acc;
    },
  };
}

/**
 * (n Σx² − (Σx)²) / (n (n − ddof)): the numerator is computed exactly and rounded once, so that nothing cancels out where
 * the values are large and close together.
 */
function variance(acc: Moments, ddof: 0 | 1): number | null {
  const { n } = acc;
  if (n <= ddof || acc.overflow) return null;
  const sum = acc.sum.parts().parts;
  const numerator = growByProduct(growByProduct([], acc.squares.parts().parts, [n]), sum, sum, -1);
  const value = Math.max(0, roundedSum(numerator)) / n / (n - ddof);
  return Number.isFinite(value) ? value : null;
}

function root(variance: number | null): number | null {
  return variance === null ? null : Math.sqrt(variance);
}
