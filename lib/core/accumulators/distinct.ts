import type { Accumulator } from '../accumulator.ts';
import { MillraceError } from '../errors.ts';
import { type DistinctValue, DistinctValues, distinctValue } from './distinct-values.ts';
import { ExactSum } from './exact-sum.ts';

/**
 * How many different values there are: exact, up to 16,384 of them with 262,144 characters together. Beyond, the result is NULL,
 * which says that it is not known; `approx_count_distinct` has no bound.
 */
export const countDistinct = ofDistinct('count_distinct', (values) => values.length);

/** The sum of the different values; NULL of nothing, and beyond the bound of {@link countDistinct}. */
export const sumDistinct = ofDistinct('sum_distinct', (values) => (values.length === 0 ? null : total(values).value()));

/** The same of whole numbers: exact, a BigInt outside ±(2^53 − 1). */
export const sumDistinctIntegers = ofDistinct('sum_distinct', (values) => (values.length === 0 ? null : total(values).integer()));

/** The mean of the different values; NULL of nothing, and beyond the bound of {@link countDistinct}. */
export const avgDistinct = ofDistinct('avg_distinct', (values) => {
  const sum = values.length === 0 ? null : total(values).value();
  return sum === null ? null : sum / values.length;
});

/**
 * An aggregate of the different values there are.
 *
 * @param result of the values in order; beyond the bound it is not asked, and NULL is the result
 * @param state another name where NULL can be among the values
 */
export function ofDistinct<R>(
  name: string,
  result: (values: DistinctValue[]) => R,
  state = 'distinct',
): Accumulator<DistinctValues, [DistinctValue], R | null> {
  return {
    name,
    state,
    create: () => new DistinctValues(),
    add: (acc, value) => {
      acc.add(distinctValue(value));
      return acc;
    },
    merge: (into, from) => {
      into.merge(from);
      return into;
    },
    result: (acc) => {
      const values = acc.sorted();
      return values === undefined ? null : result(values);
    },
    write: (acc, out) => acc.write(out),
    read: DistinctValues.read,
  };
}

function total(values: readonly DistinctValue[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) {
    // A state of any distinct values reads like one of numbers.
    if (typeof value !== 'bigint' && !Number.isFinite(value)) throw new MillraceError('corrupt', 'the values of a sum are no numbers');
    sum.addInteger(value as number | bigint);
  }
  return sum;
}
