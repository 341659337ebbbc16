import type { Accumulator } from '../accumulator.ts';
import { ExactSum, isLarge, writeTwoParts } from './exact-sum.ts';

/**
 * How many, the exact sum as two doubles, the least and the greatest. One array of doubles, as there is one per pane and batch: V8 keeps
 * it in one piece of memory, where an object would point to a box for each number.
 */
type Narrow = number[];
const N = 0;
const HIGH = 1;
const LOW = 2;
const LEAST = 3;
const GREATEST = 4;

/** The same where a sum of two doubles is not exact. */
class Wide {
  n = 0;
  readonly sum: ExactSum;
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;

  constructor(sum = new ExactSum()) {
    this.sum = sum;
  }
}

/** The state for a column of numbers. */
export type NumberSummary = Narrow | Wide;

/**
 * The state that count, sum, avg, min and max of one column of doubles share: one addition, one merge and one small object instead of
 * three.
 */
export const numberSummary: Accumulator<NumberSummary, [number], number | null> & {
  countOf(acc: NumberSummary): number;
  /** the exact sum, rounded; NULL of nothing */
  sumOf(acc: NumberSummary): number | null;
  avgOf(acc: NumberSummary): number | null;
  minOf(acc: NumberSummary): number | null;
  maxOf(acc: NumberSummary): number | null;
} = {
  name: 'number_summary',
  create: () => [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  add: (acc, x) => {
    if (acc instanceof Wide || isLarge(x)) return addWide(acc, x);
    const high = acc[HIGH] as number;
    const sum = high + x;
    const part = sum - high;
    const error = high - (sum - part) + (x - part);
    if (error !== 0) {
      const low = acc[LOW] as number;
      if (!isExact(low, error)) return addWide(acc, x);
      acc[LOW] = low + error;
    }
    acc[HIGH] = sum;
    acc[N] = (acc[N] as number) + 1;
    // −0 would come back as 0: it is stored as a whole number.
    if (x < (acc[LEAST] as number)) acc[LEAST] = x + 0;
    if (x > (acc[GREATEST] as number)) acc[GREATEST] = x + 0;
    return acc;
  },
  merge: (into, from) => {
    if (into instanceof Wide || from instanceof Wide) return mergeWide(into, from);
    const high = into[HIGH] as number;
    const x = from[HIGH] as number;
    const sum = high + x;
    const part = sum - high;
    const error = high - (sum - part) + (x - part);
    const below = from[LOW] as number;
    if (error !== 0 || below !== 0) {
      const low = into[LOW] as number;
      if (!isExact(low, below) || !isExact(low + below, error)) return mergeWide(into, from);
      into[LOW] = low + below + error;
    }
    into[HIGH] = sum;
    into[N] = (into[N] as number) + (from[N] as number);
    const least = from[LEAST] as number;
    const greatest = from[GREATEST] as number;
    if (least < (into[LEAST] as number)) into[LEAST] = least;
    if (greatest > (into[GREATEST] as number)) into[GREATEST] = greatest;
    return into;
  },
  result: (acc) => numberSummary.avgOf(acc),
  countOf: (acc) => (acc instanceof Wide ? acc.n : (acc[N] as number)),
  sumOf: (acc) => {
    if (numberSummary.countOf(acc) === 0) return null;
    return acc instanceof Wide ? acc.sum.value() : (acc[HIGH] as number) + (acc[LOW] as number) + 0;
  },
  avgOf: (acc) => {
    const sum = numberSummary.sumOf(acc);
    return sum === null ? null : sum / numberSummary.countOf(acc);
  },
  minOf: (acc) => finiteOrNull(acc instanceof Wide ? acc.least : (acc[LEAST] as number)),
  maxOf: (acc) => finiteOrNull(acc instanceof Wide ? acc.greatest : (acc[GREATEST] as number)),
  write: (acc, out) => {
    const wide = acc instanceof Wide;
    const n = wide ? acc.n : (acc[N] as number);
    out.varuint(n);
    if (n === 0) return;
    if (wide) acc.sum.write(out);
    else writeTwoParts(acc[HIGH] as number, acc[LOW] as number, out);
    // One number is its own sum, its least and its greatest; most states of a batch are of one.
    if (n === 1) return;
    out.number(wide ? acc.least : (acc[LEAST] as number));
    out.number(wide ? acc.greatest : (acc[GREATEST] as number));
  },
  read: (input) => {
    const n = input.varuint();
    if (n === 0) return numberSummary.create();
    const sum = ExactSum.read(input);
    const least = n === 1 ? (sum.value() ?? Number.NaN) : input.number();
    const greatest = n === 1 ? least : input.number();
    if (!(Number.isFinite(least) && Number.isFinite(greatest) && least <= greatest))
      throw input.corrupt('a least value above the greatest');
    const two = sum.twoParts();
    if (two) return [n, two.high, two.low, least, greatest];
    const wide = new Wide(sum);
    wide.n = n;
    wide.least = least;
    wide.greatest = greatest;
    return wide;
  },
};

/** Whether two doubles add up without rounding. */
function isExact(a: number, b: number): boolean {
  const sum = a + b;
  const part = sum - a;
  return a - (sum - part) + (b - part) === 0;
}

function finiteOrNull(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function widened(acc: NumberSummary): Wide {
  if (acc instanceof Wide) return acc;
  const [n = 0, high = 0, low = 0, least = 0, greatest = 0] = acc;
  const wide = new Wide(ExactSum.ofTwoParts(high, low));
  wide.n = n;
  wide.least = least;
  wide.greatest = greatest;
  return wide;
}

function addWide(acc: NumberSummary, x: number): Wide {
  const wide = widened(acc);
  wide.n++;
  wide.sum.add(x);
  wide.least = Math.min(wide.least, x + 0);
  wide.greatest = Math.max(wide.greatest, x + 0);
  return wide;
}

function mergeWide(into: NumberSummary, from: NumberSummary): Wide {
  const wide = widened(into);
  const added = widened(from);
  wide.n += added.n;
  wide.sum.merge(added.sum);
  wide.least = Math.min(wide.least, added.least);
  wide.greatest = Math.max(wide.greatest, added.greatest);
  return wide;
}
