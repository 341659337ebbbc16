import { MillraceError } from '../core/errors.ts';
import type { Random } from '../dsl/generator.ts';

/** Poisson numbers with larger means are sums of several, so that e^−mean does not underflow. */
const POISSON_PART = 500;

/**
 * Creates a source of random values: sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, PractRand) seeded by
 * splitmix32 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
 *
 * @param seed a whole number; equal seeds give equal values
 *
 * @example
 * ```ts
 * createRandom(1).integer(6) + 1; // a die
 * ```
 */
export function createRandom(seed: number): Random {
  const bits = sfc32(seed);
  const uniform = (): number => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
  const exponential = (mean: number): number => -mean * Math.log(1 - uniform());
  const poisson = (mean: number): number => {
    let total = 0;
    for (let left = mean; left > 0; left -= POISSON_PART) total += smallPoisson(uniform, Math.min(left, POISSON_PART));
    return total;
  };
  return {
    uniform,
    exponential,
    poisson,
    // Box and Muller, "A note on the generation of random normal deviates", 1958.
    normal: (mean, standardDeviation) =>
      mean + standardDeviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (below) => Math.floor(uniform() * below),
    pick: (items, weights) => pick(uniform(), items, weights),
  };
}

function sfc32(seed: number): () => number {
  let mixed = seed | 0;
  const mix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let t = mixed ^ (mixed >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return t ^ (t >>> 15);
  };
  let [a, b, c, counter] = [mix(), mix(), mix(), 1];
  return () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t;
  };
}

/** Knuth, The Art of Computer Programming, vol. 2, 3.4.1: multiply until the product falls below e^−mean. */
function smallPoisson(uniform: () => number, mean: number): number {
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > end; product *= uniform()) count++;
  return count;
}

function pick<T>(at: number, items: readonly T[], weights: readonly number[] | undefined): T {
  if (items.length === 0) throw new MillraceError('argument', 'pick needs at least one item');
  if (!weights) return items[Math.floor(at * items.length)] as T;
  if (weights.length !== items.length) {
    throw new MillraceError('argument', `pick got ${items.length} items and ${weights.length} weights: pass one weight per item`);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || !weights.every((weight) => weight >= 0)) {
    throw new MillraceError('argument', 'pick needs weights that are at least 0 and not all 0');
  }
  let left = at * total;
  let last = 0;
  for (let i = 0; i < items.length; i++) {
    if (weights[i] === 0) continue;
    left -= weights[i] as number;
    last = i;
    if (left < 0) break;
  }
  return items[last] as T;
}
