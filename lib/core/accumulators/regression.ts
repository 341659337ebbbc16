import type { Accumulator } from '../accumulator.ts';
import { ExactSum } from './exact-sum.ts';
import { growByProduct, roundedSum, twoProduct } from './expansion.ts';
import { LARGEST } from './variance.ts';

/** How many pairs there were, and the exact sums of x, y, x², y² and xy. */
class Comoments {
  n = 0;
  /** whether a value was too large to be squared */
  overflow = false;
  readonly x: ExactSum;
  readonly y: ExactSum;
  readonly xx: ExactSum;
  readonly yy: ExactSum;
  readonly xy: ExactSum;

  constructor(read: () => ExactSum = () => new ExactSum()) {
    this.x = read();
    this.y = read();
    this.xx = read();
    this.yy = read();
    this.xy = read();
  }
}

/** What the results are made of, each computed exactly and rounded once; the common factor n² falls out. */
interface Centred {
  /** n Σx² − (Σx)² */
  readonly sxx: number;
  /** n Σy² − (Σy)² */
  readonly syy: number;
  /** n Σxy − Σx Σy */
  readonly sxy: number;
  /** Σy Σx² − Σx Σxy */
  readonly intercept: number;
}

/** Pearson's correlation of y and x, from −1 to 1; NULL where one of them does not vary. */
export const corr = pairs('corr', ({ sxx, syy, sxy }) =>
  sxx === 0 || syy === 0 ? null : Math.max(-1, Math.min(1, sxy / (Math.sqrt(sxx) * Math.sqrt(syy)))),
);

/** The slope of the line that fits y over x with the least squares; NULL where x does not vary. */
export const regrSlope = pairs('regr_slope', ({ sxx, sxy }) => (sxx === 0 ? null : sxy / sxx));

/** Where that line is at x = 0; NULL where x does not vary. */
export const regrIntercept = pairs('regr_intercept', ({ sxx, intercept }) => (sxx === 0 ? null : intercept / sxx));

/** The share of y's variance that the line explains, from 0 to 1; NULL where x does not vary, 1 where only y does not. */
export const regrR2 = pairs('regr_r2', ({ sxx, syy, sxy }) => {
  if (sxx === 0) return null;
  return syy === 0 ? 1 : Math.min(1, (sxy / sxx) * (sxy / syy));
});

/** The sample covariance; NULL of fewer than two pairs. */
export const covarSamp = pairs('covar_samp', ({ sxy }, n) => (n < 2 ? null : sxy / n / (n - 1)));

/** The population covariance. */
export const covarPop = pairs('covar_pop', ({ sxy }, n) => sxy / n / n);

/** Arguments as in SQL: y first. Neither order nor grouping of the pairs changes a bit of the result. */
function pairs(
  name: string,
  result: (centred: Centred, n: number) => number | null,
): Accumulator<Comoments, [y: number, x: number], number | null> {
  return {
    name,
    state: 'comoments',
    create: () => new Comoments(),
    add: (acc, y, x) => {
      acc.n++;
      if (Math.abs(x) > LARGEST || Math.abs(y) > LARGEST) {
        acc.overflow = true;
        return acc;
      }
      acc.x.add(x);
      acc.y.add(y);
      addProduct(acc.xx, x, x);
      addProduct(acc.yy, y, y);
      addProduct(acc.xy, x, y);
      return acc;
    },
    merge: (into, from) => {
      into.n += from.n;
      into.overflow ||= from.overflow;
      into.x.merge(from.x);
      into.y.merge(from.y);
      into.xx.merge(from.xx);
      into.yy.merge(from.yy);
      into.xy.merge(from.xy);
      return into;
    },
    result: (acc) => {
      if (acc.n === 0 || acc.overflow) return null;
      const value = result(centred(acc), acc.n);
      return value !== null && Number.isFinite(value) ? value + 0 : null;
    },
    write: (acc, out) => {
      out.varuint(acc.n);
      if (acc.n === 0) return;
      out.byte(acc.overflow ? 1 : 0);
      for (const sum of [acc.x, acc.y, acc.xx, acc.yy, acc.xy]) sum.write(out);
    },
    read: (input) => {
      const n = input.varuint();
      if (n === 0) return new Comoments();
      const overflow = input.byte();
      if (overflow > 1) throw input.corrupt('a regression of an unknown form');
      const acc = new Comoments(() => ExactSum.read(input));
      acc.n = n;
      acc.overflow = overflow === 1;
      return acc;
    },
  };
}

function addProduct(sum: ExactSum, a: number, b: number): void {
  const [product, error] = twoProduct(a, b);
  sum.add(product);
  if (error !== 0) sum.add(error);
}

function centred(acc: Comoments): Centred {
  const [x, y, xx, yy, xy] = [acc.x, acc.y, acc.xx, acc.yy, acc.xy].map((sum) => sum.parts().parts) as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const n = [acc.n];
  const difference = (a: number[], b: number[], c: number[], d: number[]): number =>
    roundedSum(growByProduct(growByProduct([], a, b), c, d, -1));
  return {
    sxx: Math.max(0, difference(n, xx, x, x)),
    syy: Math.max(0, difference(n, yy, y, y)),
    sxy: difference(n, xy, x, y),
    intercept: difference(y, xx, x, xy),
  };
}
