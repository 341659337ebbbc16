import type { Overload } from '../overload.ts';
import { divideNumbers, finite, power, remainderOf, roundTo, truncateTo } from '../values/double.ts';
import { fail } from '../values/failure.ts';
import { absolute, fromDouble, greatestDivisor, type Int, leastMultiple, remainder, roundHalfEven } from '../values/int.ts';

const D = 'double precision';
const one = (call: (value: number) => number): Overload => ({ args: [D], result: D, call });
const two = (call: (a: number, b: number) => number): Overload => ({ args: [D, D], result: D, call });
const whole = (call: (a: Int, b: Int) => Int): Overload => ({ args: ['bigint', 'bigint'], result: 'bigint', call });
/** A function that is defined between two bounds. */
const within = (low: number, high: number, call: (value: number) => number): Overload =>
  one((value) => (value < low || value > high ? fail('input is out of range') : call(value)));
const decimals = (call: (value: number, places: number) => number): Overload => ({
  args: [D, 'bigint'],
  result: D,
  call: (value: number, places: Int) => call(value, Math.max(-400, Math.min(400, Number(places)))),
});
const ceiling = [one((value) => Math.ceil(value) + 0)];
const tenLog = [one((value) => Math.log10(positive(value)))];

/** Functions of numbers. A whole number converts to double precision if there is no form for bigint. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, readonly Overload[]>> = {
  abs: [{ args: ['bigint'], result: 'bigint', call: absolute }, one(Math.abs)],
  ceil: ceiling,
  ceiling,
  floor: [one((value) => Math.floor(value) + 0)],
  round: [one(roundHalfEven), decimals(roundTo)],
  trunc: [one((value) => Math.trunc(value) + 0), decimals(truncateTo)],
  sign: [one(Math.sign)],
  mod: [whole(remainder), two(remainderOf)],
  div: [two((a, b) => Math.trunc(divideNumbers(a, b)) + 0)],
  gcd: [whole(greatestDivisor)],
  lcm: [whole(leastMultiple)],
  power: [two(power)],
  pow: [two(power)],
  sqrt: [one((value) => (value < 0 ? fail('cannot take square root of a negative number') : Math.sqrt(value)))],
  cbrt: [one(Math.cbrt)],
  exp: [one((value) => finite(Math.exp(value)))],
  ln: [one((value) => Math.log(positive(value)))],
  log: [...tenLog, two((base, value) => divideNumbers(Math.log(positive(value)), Math.log(positive(base))))],
  log10: tenLog,
  pi: [{ args: [], result: D, call: () => Math.PI }],
  degrees: [one((value) => finite(value * (180 / Math.PI)))],
  radians: [one((value) => value * (Math.PI / 180))],
  sin: [one(Math.sin)],
  cos: [one(Math.cos)],
  tan: [one(Math.tan)],
  asin: [within(-1, 1, Math.asin)],
  acos: [within(-1, 1, Math.acos)],
  atan: [one(Math.atan)],
  atan2: [two(Math.atan2)],
  width_bucket: [{ args: [D, D, D, 'bigint'], result: 'bigint', call: widthBucket }],
};

function positive(value: number): number {
  if (value > 0) return value;
  return fail(value === 0 ? 'cannot take logarithm of zero' : 'cannot take logarithm of a negative number');
}

/** The number of the bucket, among equal ones between two bounds, that a number falls into; 0 before the first, count + 1 after the last. */
function widthBucket(value: number, low: number, high: number, count: Int): Int {
  if (count <= 0) return fail('count must be greater than zero');
  if (low === high) return fail('lower bound cannot equal upper bound');
  const inside = low < high ? value >= low && value < high : value <= low && value > high;
  if (inside) return fromDouble(Math.min(Math.floor(((value - low) / (high - low)) * Number(count)) + 1, Number(count)));
  return low < high === value < low ? 0 : fromDouble(Number(count) + 1);
}
