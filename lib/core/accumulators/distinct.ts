import type { Accumulator } from '../accumulator.ts';
import { type DistinctValue, DistinctValues, distinctValue } from './distinct-values.ts';
import { ExactSum } from './exact-sum.ts';

/**
 * How many different values there are: exact, up to 16,384 of them with 262,144 characters together. Beyond, the result is NULL,
 * which says that it is not known; `approx_count_distinct` has no bound.
 */
export const countDistinct = ofDistinct('count_distinct', (values) => values.length);

/** {@link countDistinct} of numbers: others read their sum or mean from its state. */
export const countDistinctNumbers = ofDistinct('count_distinct', (values) => values.length, { isValue: isNumber });

/** The sum of the different values; NULL of nothing, and beyond the bound of {@link countDistinct}. */
export const sumDistinct = ofDistinct('sum_distinct', (values) => (values.length === 0 ? null : total(values).value()), {
  isValue: isNumber,
});

/** The same of whole numbers: exact, a BigInt outside ±(2^53 − 1). */
export const sumDistinctIntegers = ofDistinct('sum_distinct', (values) => (values.length === 0 ? null : total(values).integer()), {
  isValue: isNumber,
});

/** The mean of the different values; NULL of nothing, and beyond the bound of {@link countDistinct}. */
export const avgDistinct = ofDistinct(
  'avg_distinct',
  (values) => {
    const sum = values.length === 0 ? null : total(values).value();
    return sum === null ? null : sum / values.length;
  },
  { isValue: isNumber },
);

/**
 * An aggregate of the different values there are.
 *
 * @param result of the values in order; beyond the bound it is not asked, and NULL is the result
 * @param options.state another name where NULL can be among the values
 * @param options.isValue which values there can be; default any that has an order
 */
export function ofDistinct<R>(
  name: string,
  result: (values: DistinctValue[]) => R,
  { state = 'distinct', isValue = isScalar }: { readonly state?: string; readonly isValue?: (value: unknown) => boolean } = {},
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
    read: (input) => DistinctValues.read(input, isValue),
  };
}

function total(values: readonly DistinctValue[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.addInteger(value as number | bigint);
  return sum;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}

function isScalar(value: unknown): boolean {
  return value !== null && typeof value !== 'object';
}
