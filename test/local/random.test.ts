import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lib/local/random.ts';

const DRAWS = 100_000;

function draws(draw: (random: ReturnType<typeof createRandom>) => number, count = DRAWS): number[] {
  const random = createRandom(42);
  return Array.from({ length: count }, () => draw(random));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const m = mean(values);
  return mean(values.map((value) => (value - m) ** 2));
}

describe('random values', () => {
  it('are the same for the same seed, others for another', () => {
    const [a, b, c] = [createRandom(7), createRandom(7), createRandom(8)];
    const first = Array.from({ length: 50 }, () => a.uniform());
    expect(Array.from({ length: 50 }, () => b.uniform())).toEqual(first);
    expect(Array.from({ length: 50 }, () => c.uniform())).not.toEqual(first);
  });

  // Mean and variance by the distributions' formulas; with 100,000 draws 5 standard errors are well below the tolerances.
  it.each([
    ['uniform', draws((r) => r.uniform()), 0.5, 1 / 12],
    ['exponential', draws((r) => r.exponential(3)), 3, 9],
    ['poisson, small', draws((r) => r.poisson(2.5)), 2.5, 2.5],
    ['poisson, large', draws((r) => r.poisson(1200), 20_000), 1200, 1200],
    ['normal', draws((r) => r.normal(10, 2)), 10, 4],
    ['integer', draws((r) => r.integer(6)), 2.5, 35 / 12],
  ])('%s has its mean and variance', (_, values, expectedMean, expectedVariance) => {
    expect(Math.abs(mean(values) / expectedMean - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance(values) / expectedVariance - 1)).toBeLessThan(0.05);
  });

  it('exponential: the share above t is e^(−t/mean)', () => {
    const values = draws((r) => r.exponential(2));
    for (const t of [0.5, 1, 2, 6]) {
      expect(values.filter((value) => value > t).length / DRAWS).toBeCloseTo(Math.exp(-t / 2), 2);
    }
  });

  it('pick follows the weights', () => {
    const random = createRandom(1);
    const counts = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < DRAWS; i++) counts[random.pick(['a', 'b', 'c'] as const, [1, 0, 3])]++;
    expect(counts.b).toBe(0);
    expect(counts.c / counts.a).toBeCloseTo(3, 0);
    for (let i = 0; i < DRAWS; i++) counts[random.pick(['a', 'b', 'c'] as const)]++;
    expect(counts.b / DRAWS).toBeCloseTo(1 / 3, 1);
  });

  it('stay in their ranges', () => {
    expect(draws((r) => r.uniform()).every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(draws((r) => r.integer(3)))).toEqual(new Set([0, 1, 2]));
    expect(createRandom(1).poisson(0)).toBe(0);
  });

  it.each([
    ['no items', [], undefined, 'at least one item'],
    ['fewer weights than items', ['a', 'b'], [1], '2 items and 1 weights'],
    ['no weight at all', ['a', 'b'], [0, 0], 'not all 0'],
    ['a negative weight', ['a', 'b'], [2, -1], 'at least 0'],
  ])('refuse %s', (_, items, weights, message) => {
    expect(() => createRandom(1).pick(items, weights)).toThrow(message);
  });
});
