import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../../lib/core/accumulator.ts';
import { approxCountDistinct } from '../../../lib/core/accumulators/approx-count-distinct.ts';
import { approxQuantile } from '../../../lib/core/accumulators/approx-quantile.ts';
import { approxTopK } from '../../../lib/core/accumulators/approx-top-k.ts';
import { argMax, argMin } from '../../../lib/core/accumulators/arg-extremum.ts';
import { arrayAgg, arrayAggDistinct, stringAgg, stringAggDistinct } from '../../../lib/core/accumulators/array-agg.ts';
import { avg } from '../../../lib/core/accumulators/avg.ts';
import { boolAnd, boolOr } from '../../../lib/core/accumulators/bool.ts';
import { count } from '../../../lib/core/accumulators/count.ts';
import {
  avgDistinct,
  countDistinct,
  countDistinctNumbers,
  sumDistinct,
  sumDistinctIntegers,
} from '../../../lib/core/accumulators/distinct.ts';
import { ewma } from '../../../lib/core/accumulators/ewma.ts';
import { first, last } from '../../../lib/core/accumulators/first-last.ts';
import { median } from '../../../lib/core/accumulators/median.ts';
import { max, min } from '../../../lib/core/accumulators/min-max.ts';
import { numberSummary } from '../../../lib/core/accumulators/number-summary.ts';
import { eventRate, sumRate } from '../../../lib/core/accumulators/rate.ts';
import { corr, covarPop, covarSamp, regrIntercept, regrR2, regrSlope } from '../../../lib/core/accumulators/regression.ts';
import { sum, sumIntegers } from '../../../lib/core/accumulators/sum.ts';
import { userAccumulator } from '../../../lib/core/accumulators/user-accumulator.ts';
import { stddevPop, stddevSamp, varPop, varSamp } from '../../../lib/core/accumulators/variance.ts';
import { ByteReader, ByteWriter } from '../../../lib/core/bytes.ts';
import { MillraceError } from '../../../lib/core/errors.ts';
import type { AnyAccumulator } from '../../../lib/plan/aggregates/aggregate-function.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimal = fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 100);
const numbers = fc.oneof(fc.integer(), decimal, finite).map((n) => n + 0);
const moderate = fc.oneof(fc.integer(), decimal, fc.double({ min: -1e100, max: 1e100, noNaN: true })).map((n) => n + 0);
const text = fc.string({ unit: 'binary' });
const positions: fc.Arbitrary<Position> = fc.record({
  time: fc.integer({ min: -5, max: 5 }),
  shard: fc.nat(2),
  ordinal: fc.nat(1_000_000),
});
const placed = fc.tuple(
  fc.oneof(
    text,
    numbers,
    fc.boolean(),
    fc.constant(null),
    fc.json().map((json) => JSON.parse(json) as unknown),
  ),
  positions,
);

const integers = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
);
const scalar = fc.oneof(text, numbers, integers, fc.boolean());
const ascending = { descending: false, nullsFirst: false };
const descending = { descending: true, nullsFirst: true };

/** A user's own: the product of the logarithms' mean, and a list that grows in place. */
const geometricMean = userAccumulator({
  name: 'geo_mean',
  create: () => ({ n: 0, product: 1 }),
  add: (acc, x: number) => ({ n: acc.n + 1, product: acc.product * x }),
  merge: (a, b) => ({ n: a.n + b.n, product: a.product * b.product }),
  result: ({ n, product }) => product ** (1 / n),
});
const longest = userAccumulator({
  name: 'longest',
  create: (): string[] => [],
  add: (acc, word: string) => {
    acc.push(word);
    acc.sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).splice(3);
    return acc;
  },
  merge: (into, from) => {
    into.push(...from);
    into.sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).splice(3);
    return into;
  },
  result: (acc) => acc,
});

const cases: [AnyAccumulator, fc.Arbitrary<unknown[]>][] = [
  [count, fc.constant([])],
  [sum, fc.tuple(numbers)],
  [avg, fc.tuple(numbers)],
  [min, fc.tuple(numbers)],
  [max, fc.tuple(text)],
  [min, fc.tuple(text)],
  [max, fc.tuple(integers)],
  [sumIntegers, fc.tuple(integers)],
  [avg, fc.tuple(integers)],
  [first, placed],
  [last, placed],
  [numberSummary, fc.tuple(numbers)],
  [numberSummary, fc.tuple(decimal)],
  [varSamp, fc.tuple(moderate)],
  [varPop, fc.tuple(decimal)],
  [stddevSamp, fc.tuple(moderate)],
  [stddevPop, fc.tuple(decimal)],
  [argMin, fc.tuple(scalar, numbers, positions)],
  [
    argMax,
    fc.tuple(
      fc.json().map((json) => JSON.parse(json) as unknown),
      fc.constantFrom('a', 'b', 'c'),
      positions,
    ),
  ],
  [boolAnd, fc.tuple(fc.boolean())],
  [boolOr, fc.tuple(fc.boolean())],
  [corr, fc.tuple(moderate, moderate)],
  [regrSlope, fc.tuple(decimal, decimal)],
  [regrIntercept, fc.tuple(decimal, moderate)],
  [regrR2, fc.tuple(moderate, decimal)],
  [covarSamp, fc.tuple(moderate, moderate)],
  [covarPop, fc.tuple(decimal, decimal)],
  [median, fc.tuple(numbers)],
  [countDistinct, fc.tuple(scalar)],
  [countDistinctNumbers, fc.tuple(numbers)],
  [sumDistinct, fc.tuple(decimal)],
  [sumDistinctIntegers, fc.tuple(integers)],
  [avgDistinct, fc.tuple(decimal)],
  [arrayAgg([]), placed],
  [arrayAgg([descending]), fc.tuple(scalar, fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 3 })), positions)],
  [stringAgg(', ', [ascending]), fc.tuple(text, fc.constantFrom('a', 'b', null), positions)],
  [arrayAggDistinct(descending), fc.tuple(fc.oneof(scalar, fc.constant(null)))],
  [stringAggDistinct(', ', ascending), fc.tuple(text)],
  [ewma(1000), fc.tuple(decimal, fc.record({ time: fc.integer({ min: -100_000, max: 100_000 }) }))],
  [ewma(7), fc.tuple(moderate, fc.record({ time: fc.nat(2_000_000_000_000) }))],
  [eventRate, fc.constant([])],
  [sumRate, fc.tuple(numbers)],
  [approxCountDistinct, fc.tuple(scalar)],
  // Up to its bound only: beyond, what it promises is its error (bounded.test.ts).
  [approxTopK(3), fc.tuple(fc.oneof(fc.constantFrom('a', 'b', 1), scalar))],
  [approxQuantile(0.5), fc.tuple(numbers)],
  [approxQuantile(0.95), fc.tuple(decimal)],
  // Powers of two multiply without rounding, so that this one is associative too.
  [geometricMean, fc.tuple(fc.integer({ min: -8, max: 8 }).map((n) => 2 ** n))],
  [longest, fc.tuple(text.map((t) => t.toWellFormed()))],
];

function fold(accumulator: AnyAccumulator, events: readonly unknown[][]): unknown {
  return events.reduce((acc, args) => accumulator.add(acc, ...args), accumulator.create() as unknown);
}

function bytesOf(accumulator: AnyAccumulator, acc: unknown): Uint8Array {
  const out = new ByteWriter();
  accumulator.write(acc, out);
  return out.finish();
}

function copy(accumulator: AnyAccumulator, acc: unknown): unknown {
  return accumulator.read(new ByteReader(bytesOf(accumulator, acc), 'copy'));
}

/** States are equal when they are stored alike and give the same. */
function expectSame(accumulator: AnyAccumulator, a: unknown, b: unknown): void {
  expect(accumulator.result(a)).toEqual(accumulator.result(b));
  expect(bytesOf(accumulator, a)).toEqual(bytesOf(accumulator, b));
}

/** Two events never have the same position. */
function distinct(events: unknown[][]): unknown[][] {
  return events.map(at);
}

/** An event's values, the last of which may be its position. */
function at(args: unknown[], ordinal: number): unknown[] {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null && 'time' in last ? [...args.slice(0, -1), { shard: 0, ...last, ordinal }] : args;
}

describe.each(cases.map(([accumulator, args], i) => ({ name: `${accumulator.name} (${i})`, accumulator, args })))(
  '$name',
  ({ accumulator, args }) => {
    const events = fc.array(args, { maxLength: 12 }).map(distinct);

    it('gives the same whatever the order and grouping of merges', () => {
      fc.assert(
        fc.property(events, fc.nat(12), fc.nat(12), (all, one, two) => {
          const [low, high] = [Math.min(one, two), Math.max(one, two)];
          const a = fold(accumulator, all.slice(0, low));
          const b = fold(accumulator, all.slice(low, high));
          const c = fold(accumulator, all.slice(high));
          const merge = (x: unknown, y: unknown): unknown => accumulator.merge(copy(accumulator, x), copy(accumulator, y));
          expectSame(accumulator, merge(merge(a, b), c), merge(a, merge(b, c)));
          expectSame(accumulator, merge(a, b), merge(b, a));
          expectSame(accumulator, merge(merge(a, b), c), fold(accumulator, all));
        }),
      );
    });

    it('has the empty state for an identity, and add is merge with a state of one event', () => {
      fc.assert(
        fc.property(events, args, (all, one) => {
          const acc = fold(accumulator, all);
          const event = at(one, 99);
          expectSame(accumulator, accumulator.merge(copy(accumulator, acc), accumulator.create()), acc);
          expectSame(accumulator, accumulator.merge(accumulator.create(), copy(accumulator, acc)), acc);
          const added = accumulator.add(copy(accumulator, acc), ...event);
          expectSame(accumulator, accumulator.merge(copy(accumulator, acc), accumulator.add(accumulator.create(), ...event)), added);
        }),
      );
    });

    it('does not change what it merges from, then or later', () => {
      fc.assert(
        fc.property(events, events, events, (a, b, c) => {
          const from = fold(accumulator, b);
          const before = bytesOf(accumulator, from);
          let into = accumulator.merge(fold(accumulator, a), from);
          into = accumulator.merge(into, fold(accumulator, c));
          for (const one of distinct(a)) into = accumulator.add(into, ...one);
          expect(bytesOf(accumulator, from)).toEqual(before);
        }),
      );
    });

    it('comes back from its bytes, and refuses those that were cut or changed', () => {
      fc.assert(
        fc.property(events, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, at, flip) => {
          const acc = fold(accumulator, all);
          const bytes = bytesOf(accumulator, acc);
          expectSame(accumulator, copy(accumulator, acc), acc);
          for (let length = 0; length < Math.min(bytes.length, 40); length++) {
            expect(() => accumulator.read(new ByteReader(bytes.slice(0, length), 'cut'))).toThrow(MillraceError);
          }
          const changed = bytes.slice();
          changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ flip;
          try {
            const read = accumulator.read(new ByteReader(changed, 'changed'));
            // What cannot be told from a state must work like one.
            accumulator.result(read);
            accumulator.merge(accumulator.create(), read);
          } catch (error) {
            expect(error).toBeInstanceOf(MillraceError);
            expect((error as MillraceError).code).toBe('corrupt');
          }
        }),
      );
    });

    it('takes a few bytes when it is empty', () => {
      expect(bytesOf(accumulator, accumulator.create()).length).toBeLessThanOrEqual(24);
    });
  },
);

it('a state of different values is refused where its column cannot have them', () => {
  const state = (value: string | number) => bytesOf(countDistinct, countDistinct.add(countDistinct.create(), value));
  const read = (accumulator: AnyAccumulator, bytes: Uint8Array) => accumulator.read(new ByteReader(bytes, 'state'));
  for (const accumulator of [sumDistinct, sumDistinctIntegers, avgDistinct, countDistinctNumbers]) {
    expect(() => read(accumulator, state('a'))).toThrow('state is corrupt');
    expect(accumulator.result(read(accumulator, state(5)))).not.toBeNull();
  }
  expect(() => read(stringAggDistinct(', ', ascending), state(5))).toThrow('state is corrupt');
});

it("a state that a user's own function cannot read is corrupt", () => {
  const picky = userAccumulator<number, [number], number>({
    name: 'picky',
    create: () => 0,
    add: (acc, x) => acc + x,
    merge: (a, b) => a + b,
    result: (acc) => acc,
    write: (acc, out) => out.varuint(acc),
    read: (input) => {
      if (input.varuint() > 9) throw new TypeError('too large');
      return 1;
    },
  });
  expect(() => picky.read(new ByteReader(bytesOf(picky, picky.add(picky.create(), 10)), 'state'))).toThrow(
    'state is corrupt at byte 2: accumulator picky cannot read its state',
  );
});
