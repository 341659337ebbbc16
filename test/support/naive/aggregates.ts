// Every built-in aggregate over a list of events, by its textbook definition. Imports nothing that it is to judge.
import type { NaiveEvent } from './fold.ts';
import type { NaiveWindow } from './windows.ts';

/** How an aggregate is called: of which columns, with which constants. */
export interface NaiveCall {
  readonly columns: readonly string[];
  readonly constants: readonly unknown[];
  readonly distinct: boolean;
  readonly orderBy: string | undefined;
}

type Value = string | number | bigint | boolean | null;
/** Values of each event in which none is NULL (unless NULLs are taken), by event time, shard and place in it. */
type Given = readonly { readonly values: readonly Value[]; readonly time: number; readonly order: Value }[];
type Naive = (given: Given, call: NaiveCall, window: NaiveWindow) => unknown;

/** What an aggregate is over events: the value, NULL as `null`; doubles to within rounding. */
export function naiveAggregate(name: string, call: NaiveCall, events: readonly NaiveEvent[], window: NaiveWindow): unknown {
  const naive = NAIVE[name];
  if (!naive) throw new Error(`there is no naive ${name}: write down here what it is`);
  const takesNulls = ['first', 'last', 'array_agg'].includes(name);
  const sorted = [...events].sort((a, b) => a.time - b.time || a.shard - b.shard || a.ordinal - b.ordinal);
  const given = sorted
    .map(({ row, time }) => ({
      values: call.columns.map((column) => (row[column] ?? null) as Value),
      time,
      order: (call.orderBy === undefined ? null : (row[call.orderBy] ?? null)) as Value,
    }))
    .filter(({ values }) => takesNulls || !values.includes(null));
  return naive(given, call, window);
}

/** Names of all there are. */
export const naiveNames = (): string[] => Object.keys(NAIVE);

const NAIVE: Readonly<Record<string, Naive>> = {
  count: (given, { distinct }) => (distinct ? unique(firsts(given)).length : given.length),
  sum: (given, { distinct }) => sumOf(distinct ? unique(firsts(given)) : firsts(given)),
  avg: (given, { distinct }) => {
    const values = distinct ? unique(firsts(given)) : firsts(given);
    // Added up exactly: large numbers of both signs may leave little.
    return values.length === 0 ? null : Number(sumOf(values)) / values.length;
  },
  min: (given) => firsts(given).sort(compare)[0] ?? null,
  max: (given) => firsts(given).sort(compare).at(-1) ?? null,
  first: (given) => given[0]?.values[0] ?? null,
  last: (given) => given.at(-1)?.values[0] ?? null,
  arg_min: (given) => given.toSorted((a, b) => compare(a.values[1], b.values[1]))[0]?.values[0] ?? null,
  arg_max: (given) => given.toSorted((a, b) => compare(b.values[1], a.values[1]))[0]?.values[0] ?? null,
  bool_and: (given) => (given.length === 0 ? null : firsts(given).every((value) => value === true)),
  bool_or: (given) => (given.length === 0 ? null : firsts(given).includes(true)),
  var_samp: (given) => spread(given, 1),
  var_pop: (given) => spread(given, 0),
  stddev_samp: (given) => root(spread(given, 1)),
  stddev_pop: (given) => root(spread(given, 0)),
  covar_samp: (given) => (given.length < 2 ? null : moments(given).xy / (given.length - 1)),
  covar_pop: (given) => (given.length < 1 ? null : moments(given).xy / given.length),
  corr: (given) => {
    const { xx, yy, xy } = moments(given);
    return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
  },
  regr_slope: (given) => {
    const { xx, xy } = moments(given);
    return xx === 0 ? null : xy / xx;
  },
  regr_intercept: (given) => {
    const { xx, xy, x, y } = moments(given);
    return xx === 0 ? null : y - (xy / xx) * x;
  },
  regr_r2: (given) => {
    const { xx, yy, xy } = moments(given);
    return xx === 0 ? null : yy === 0 ? 1 : xy ** 2 / (xx * yy);
  },
  median: (given) => {
    const sorted = doubles(firsts(given)).sort((a, b) => a - b);
    return mean([sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]].filter((x) => x !== undefined));
  },
  approx_count_distinct: (given) => unique(firsts(given)).length,
  approx_quantile: (given, { constants: [q] }) =>
    doubles(firsts(given)).sort((a, b) => a - b)[Math.floor((q as number) * (given.length - 1))] ?? null,
  approx_top_k: (given, { constants: [k] }) => {
    const values = firsts(given);
    const top = unique(values).map((value) => ({ value, count: values.filter((other) => other === value).length, error: 0 }));
    return top.length === 0 ? null : top.sort((a, b) => b.count - a.count || compare(a.value, b.value)).slice(0, k as number);
  },
  string_agg: (given, { constants: [separator], ...call }) => (given.length === 0 ? null : listed(given, call).join(separator as string)),
  array_agg: (given, call) => (given.length === 0 ? null : listed(given, call)),
  ewma: (given, { constants: [halfLife] }) => {
    if (given.length === 0) return null;
    const newest = Math.max(...given.map(({ time }) => time));
    const weights = given.map(({ time }) => 2 ** ((time - newest) / (halfLife as number)));
    const weighted = doubles(firsts(given)).map((value, i) => value * (weights[i] as number));
    return plus(weighted) / plus(weights);
  },
  rate: (given, { columns }, { start, end }) => {
    if (!Number.isFinite(end - start) || (columns.length > 0 && given.length === 0)) return null;
    return (columns.length === 0 ? given.length : Number(sumOf(firsts(given)))) / ((end - start) / 1000);
  },
};

const firsts = (given: Given): Value[] => given.map(({ values }) => values[0] as Value);
const unique = (values: readonly Value[]): Value[] => [...new Set(values)];
const doubles = (values: readonly Value[]): number[] => values.map(Number);
const plus = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0);
const mean = (numbers: readonly number[]): number | null => (numbers.length === 0 ? null : plus(numbers) / numbers.length);
const root = (x: number | null): number | null => (x === null ? null : Math.sqrt(x));

/** Whole numbers by BigInt, others as they are: tests draw such as add up exactly. */
function sumOf(values: readonly Value[]): number | bigint | null {
  if (values.length === 0) return null;
  if (values.some((value) => typeof value === 'number' && !Number.isInteger(value))) return plus(values as number[]);
  const sum = values.reduce<bigint>((total, value) => total + BigInt(value as number | bigint), 0n);
  return Number.isSafeInteger(Number(sum)) ? Number(sum) : sum;
}

function spread(given: Given, less: number): number | null {
  if (given.length <= less) return null;
  const values = doubles(firsts(given));
  const middle = mean(values) as number;
  return plus(values.map((x) => (x - middle) ** 2)) / (values.length - less);
}

/** Of pairs (y, x), as SQL's regression functions take them: means and sums of products of deviations. */
function moments(given: Given) {
  const ys = doubles(firsts(given));
  const xs = doubles(given.map(({ values }) => values[1] as Value));
  const [x, y] = [mean(xs) ?? 0, mean(ys) ?? 0];
  const constant = (all: readonly number[]): boolean => new Set(all).size < 2;
  return {
    x,
    y,
    xx: constant(xs) ? 0 : plus(xs.map((one) => (one - x) ** 2)),
    yy: constant(ys) ? 0 : plus(ys.map((one) => (one - y) ** 2)),
    xy: plus(xs.map((one, i) => (one - x) * ((ys[i] as number) - y))),
  };
}

function listed(given: Given, { distinct, orderBy }: Omit<NaiveCall, 'constants'>): Value[] {
  if (distinct) return unique(firsts(given)).sort(nullsLast);
  return firsts(orderBy === undefined ? given : given.toSorted((a, b) => nullsLast(a.order, b.order)));
}

function nullsLast(a: Value, b: Value): number {
  return a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b);
}

/** By size; texts by code point, false before true. */
function compare(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}
