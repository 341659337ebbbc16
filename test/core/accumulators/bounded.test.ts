// Aggregates that keep values up to a bound: on either side of it the result depends on the values alone, whatever the cuts and merges.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approxTopK, type TopValue } from '../../../lib/core/accumulators/approx-top-k.ts';
import { arrayAgg, arrayAggDistinct, stringAgg } from '../../../lib/core/accumulators/array-agg.ts';
import { avgDistinct, countDistinct } from '../../../lib/core/accumulators/distinct.ts';
import { ewma } from '../../../lib/core/accumulators/ewma.ts';
import { median } from '../../../lib/core/accumulators/median.ts';
import { corr, covarPop, covarSamp, regrIntercept, regrR2, regrSlope } from '../../../lib/core/accumulators/regression.ts';
import { varPop } from '../../../lib/core/accumulators/variance.ts';
import { ByteReader, ByteWriter } from '../../../lib/core/bytes.ts';
import { createRandom } from '../../../lib/local/random.ts';
import type { AnyAccumulator } from '../../../lib/plan/aggregates/aggregate-function.ts';

const DESCENDING = { descending: true, nullsFirst: true };

/** Random numbers in [0, 1). */
const random = (seed: number): (() => number) => createRandom(seed).uniform;

function bytesOf(accumulator: AnyAccumulator, acc: unknown): Uint8Array {
  const out = new ByteWriter();
  accumulator.write(acc, out);
  return out.finish();
}

/** Cuts the events anywhere, folds each piece, and merges the pieces two by two in any order, some of them stored in between. */
function mergedInAnyTree(accumulator: AnyAccumulator, events: readonly unknown[][], seed: number): unknown {
  const next = random(seed);
  const pieces: unknown[] = [];
  for (let at = 0; at < events.length; ) {
    const size = 1 + Math.floor(next() * events.length * 0.3);
    pieces.push(events.slice(at, at + size).reduce((acc, args) => accumulator.add(acc, ...args), accumulator.create() as unknown));
    at += size;
  }
  const take = () => pieces.splice(Math.floor(next() * pieces.length), 1)[0];
  while (pieces.length > 1) {
    const merged = accumulator.merge(take(), take());
    pieces.push(next() < 0.5 ? merged : accumulator.read(new ByteReader(bytesOf(accumulator, merged), 'stored')));
  }
  return pieces[0];
}

const position = (ordinal: number) => ({ time: (ordinal * 7919) % 5003, shard: 0, ordinal });
const texts = (n: number, length: number) => Array.from({ length: n }, (_, i) => `${'x'.repeat(length)}${i}`);
const cases: [string, AnyAccumulator, unknown[][]][] = [
  ['count(DISTINCT), at its bound', countDistinct, texts(16_384, 5).map((x) => [x])],
  ['count(DISTINCT), one beyond', countDistinct, texts(16_385, 5).map((x) => [x])],
  ['count(DISTINCT), too long', countDistinct, texts(300, 1000).map((x) => [x])],
  ['avg(DISTINCT)', avgDistinct, Array.from({ length: 20_000 }, (_, i) => [i % 1000])],
  ['median, exact', median, Array.from({ length: 4000 }, (_, i) => [(i * 37) % 1024])],
  ['median, beyond', median, Array.from({ length: 4000 }, (_, i) => [(i * 37) % 1500])],
  ['array_agg, too many', arrayAgg([]), Array.from({ length: 3000 }, (_, i) => [i, position(i)])],
  ['array_agg, ordered', arrayAgg([DESCENDING]), Array.from({ length: 3000 }, (_, i) => [i, (i * 31) % 100, position(i)])],
  ['array_agg(DISTINCT)', arrayAggDistinct(DESCENDING), Array.from({ length: 3000 }, (_, i) => [i % 1500])],
  ['string_agg, too long', stringAgg(',', []), Array.from({ length: 500 }, (_, i) => ['y'.repeat((i * 101) % 3000), position(i)])],
];

describe.each(cases)('%s', (_, accumulator, events) => {
  it('gives the same however it is cut and merged', () => {
    const whole = events.reduce((acc, args) => accumulator.add(acc, ...args), accumulator.create());
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const merged = mergedInAnyTree(accumulator, events, seed);
        expect(accumulator.result(merged)).toEqual(accumulator.result(whole));
        expect(bytesOf(accumulator, merged)).toEqual(bytesOf(accumulator, whole));
      }),
      { numRuns: 15 },
    );
  });
});

function of(accumulator: AnyAccumulator, events: readonly unknown[][]): unknown {
  return accumulator.result(events.reduce((acc, args) => accumulator.add(acc, ...args), accumulator.create()));
}

describe('count(DISTINCT)', () => {
  it('is exact up to 16,384 values or 262,144 characters, and says NULL beyond', () => {
    const values = (n: number, length: number) => [...texts(n, length), ...texts(n, length)].map((x) => [x]);
    expect(of(countDistinct, values(16_384, 1))).toBe(16_384);
    expect(of(countDistinct, values(16_385, 1))).toBeNull();
    expect(of(countDistinct, values(200, 1000))).toBe(200);
    expect(of(countDistinct, values(270, 1000))).toBeNull();
  });
});

describe('lists', () => {
  it('take the first 1,000 items in order, and say how many were left out', () => {
    const events = Array.from({ length: 1017 }, (_, i) => [`v${i}`, { time: -i, shard: 0, ordinal: i }]);
    const array = of(arrayAgg([]), events) as unknown[];
    expect(array.slice(0, 2)).toEqual(['v1016', 'v1015']);
    expect(array.slice(-2)).toEqual(['v17', { cut: 17 }]);
    expect(of(stringAgg('; ', []), events)).toMatch(/^v1016; v1015; .*; v17; … \(17 more\)$/);
    expect(of(arrayAgg([]), events.slice(0, 1000))).toHaveLength(1000);
  });

  it('take the longest prefix that fits, with nothing from after a gap', () => {
    const item = (text: string, time: number) => [text, { time, shard: 0, ordinal: time }];
    const events = [item('a'.repeat(60_000), 1), item('b'.repeat(10_000), 2), item('c', 3)];
    expect(of(arrayAgg([]), events)).toEqual(['a'.repeat(60_000), { cut: 2 }]);
    expect(of(arrayAgg([]), events.toReversed())).toEqual(['a'.repeat(60_000), { cut: 2 }]);
  });

  it('take the first items of the order that fit, whatever their sizes, cuts and merges', () => {
    // Few large ones among small ones: the gap that a large one leaves is where lists of different cuts disagree.
    const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 20_000, max: 70_000 }));
    fc.assert(
      fc.property(fc.array(size, { minLength: 2, maxLength: 12 }), fc.nat(), (sizes, seed) => {
        const events = sizes.map((length, i) => [`${i}`.padEnd(length, '.'), position(i)] as const);
        const sorted = [...events].sort(([, a], [, b]) => a.time - b.time).map(([text]) => text);
        const kept: string[] = [];
        for (const text of sorted) {
          if (kept.join('').length + text.length > 65_536) break;
          kept.push(text);
        }
        const more = sorted.length - kept.length;
        const merged = mergedInAnyTree(
          arrayAgg([]),
          events.map((event) => [...event]),
          seed,
        );
        expect(arrayAgg([]).result(merged as never)).toEqual([...kept, ...(more > 0 ? [{ cut: more }] : [])]);
      }),
      { numRuns: 300 },
    );
  });

  it('put NULLs where the order says', () => {
    const events = [
      ['x', null],
      ['y', 1],
      ['z', 2],
    ].map(([value, by], i) => [value, by, position(i)]);
    expect(of(arrayAgg([DESCENDING]), events)).toEqual(['x', 'z', 'y']);
    expect(of(arrayAgg([{ descending: false, nullsFirst: false }]), events)).toEqual(['y', 'z', 'x']);
  });
});

describe('median', () => {
  it('is the mean of the two in the middle', () => {
    expect(of(median, [[1], [10], [2], [4]])).toBe(3);
    expect(of(median, [[1.7e308], [1.7e308]])).toBe(1.7e308);
    expect(of(median, [[5e-324], [5e-324]])).toBe(5e-324);
    expect(of(median, [])).toBeNull();
  });

  it.each([
    ['uniform', (u: number) => u * 1000],
    ['exponential', (u: number) => -Math.log(1 - u)],
    ['heavy-tailed', (u: number) => (1 - u) ** -2],
    ['around zero', (u: number) => (u - 0.5) * 1e6],
  ])('of 20,000 values (%s) is within 1 %%', (_, draw) => {
    const next = random(7);
    const values = Array.from({ length: 20_000 }, () => draw(next()));
    const exact = values.toSorted((a, b) => a - b)[9999] as number;
    const found = of(
      median,
      values.map((x) => [x]),
    ) as number;
    expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.01 * (1 + 1e-9));
  });
});

describe('ewma', () => {
  it('keeps 64 half-lives up to the newest value, in whatever order they come, and its state is read again', () => {
    const ages = fc.integer({ min: 60, max: 70 }).chain((n) =>
      fc.shuffledSubarray(
        Array.from({ length: n }, (_, age) => age),
        { minLength: n },
      ),
    );
    fc.assert(
      fc.property(ages, fc.integer({ min: -100, max: 100 }), fc.nat(), (shuffled, newest, seed) => {
        // A value each half-life: of so many, those no more than 63 half-lives older than the newest count.
        const counted = shuffled.filter((age) => age < 64).map((age) => ({ value: 2 ** (age % 7), weight: 2 ** -age }));
        const expected =
          counted.reduce((sum, { value, weight }) => sum + value * weight, 0) / counted.reduce((sum, { weight }) => sum + weight, 0);
        const events = shuffled.map((age) => [2 ** (age % 7), { time: (newest - age) * 1000 }]);
        const whole = events.reduce((acc, [x, at]) => ewma(1000).add(acc, x as number, at as never), ewma(1000).create());
        const merged = mergedInAnyTree(ewma(1000), events, seed);
        expect(ewma(1000).result(whole)).toBeCloseTo(expected, 12);
        expect(bytesOf(ewma(1000), merged)).toEqual(bytesOf(ewma(1000), whole));
        // What is written is read again: a state that is refused stops its shard.
        expect(bytesOf(ewma(1000), ewma(1000).read(new ByteReader(bytesOf(ewma(1000), whole), 'stored')))).toEqual(
          bytesOf(ewma(1000), whole),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('a value too large to be squared', () => {
  const pairs = [corr, regrSlope, regrIntercept, regrR2, covarSamp, covarPop].map(
    (accumulator): [AnyAccumulator, number[][], number[][]] => [
      accumulator,
      [
        [3, 1e300],
        [1e300, 3],
      ],
      [
        [1, 1],
        [4, 2],
        [12, 3],
      ],
    ],
  );
  it.each([...pairs, [varPop, [[1e300]], [[1], [2], [4]]]])(
    'makes $name NULL on whichever side of a merge it is, and in a state that was stored',
    (accumulator, large, few) => {
      expect(of(accumulator, few)).not.toBeNull();
      for (const event of large) {
        for (let at = 0; at <= few.length; at++) {
          const events = few.toSpliced(at, 0, event);
          for (let seed = 0; seed < 20; seed++) expect(accumulator.result(mergedInAnyTree(accumulator, events, seed))).toBeNull();
        }
      }
    },
  );
});

// The one aggregate whose result may depend on cuts: what holds under any of them is its error bound.
describe('approx_top_k beyond its bound', () => {
  const distributions: [string, (u: number) => string | number][] = [
    ['Zipf', (u) => Math.floor(1 / (1 - u * 0.99999))],
    ['uniform over 3,000', (u) => `v${Math.floor(u * 3000)}`],
    ['half one value, half unique', (u) => (u < 0.5 ? 'often' : `once ${u}`)],
    ['long texts', (u) => `${'z'.repeat(200)}${Math.floor(u ** 4 * 5000)}`],
  ];

  it.each(distributions)('is within its own bounds however it is cut and merged: %s', (_, draw) => {
    const next = random(11);
    const events = Array.from({ length: 20_000 }, () => [draw(next())]);
    const exact = new Map<unknown, number>();
    for (const [value] of events) exact.set(value, (exact.get(value) ?? 0) + 1);
    const accumulator = approxTopK(10);
    // The rarer half is given up: that leaves 512 values, or as many as 65,536 characters hold.
    const longest = Math.max(...events.map(([value]) => String(value).length));
    const kept = Math.min(512, Math.floor(65_536 / longest));
    for (let seed = 0; seed < 10; seed++) {
      const top = accumulator.result(mergedInAnyTree(accumulator, events, seed) as never) as TopValue[];
      for (const { value, count, error } of top) {
        const true_ = exact.get(value) as number;
        expect(true_).toBeLessThanOrEqual(count);
        expect(true_).toBeGreaterThanOrEqual(count - error);
        expect(error).toBeLessThanOrEqual(events.length / (kept + 1));
      }
      const listed = new Set<unknown>(top.map(({ value }) => value));
      const least = Math.min(...top.map(({ count }) => count));
      for (const [value, count] of exact) if (!listed.has(value)) expect(count).toBeLessThanOrEqual(least);
    }
  });

  it('finds what is frequent beyond doubt', () => {
    const next = random(3);
    const events = Array.from({ length: 20_000 }, (_, i) => [i % 4 === 0 ? 'a' : i % 5 === 0 ? 'b' : `rare ${next()}`]);
    for (let seed = 0; seed < 5; seed++) {
      const accumulator = approxTopK(2);
      const top = accumulator.result(mergedInAnyTree(accumulator, events, seed) as never) as TopValue[];
      expect(top.map(({ value }) => value)).toEqual(['a', 'b']);
    }
  });

  it('is exact up to 1,024 values, equally frequent ones in their order', () => {
    const events = Array.from({ length: 1024 * 3 }, (_, i) => [i % 1024]).concat([[7], [5], [5], [9], [9]]);
    expect(of(approxTopK(4), events)).toEqual([
      { value: 5, count: 5, error: 0 },
      { value: 9, count: 5, error: 0 },
      { value: 7, count: 4, error: 0 },
      { value: 0, count: 3, error: 0 },
    ]);
    expect(of(approxTopK(4), [])).toBeNull();
  });
});
