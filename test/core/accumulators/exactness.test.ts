import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approxCountDistinct } from '../../../lib/core/accumulators/approx-count-distinct.ts';
import { approxQuantile } from '../../../lib/core/accumulators/approx-quantile.ts';
import { avg } from '../../../lib/core/accumulators/avg.ts';
import { min } from '../../../lib/core/accumulators/min-max.ts';
import { sum } from '../../../lib/core/accumulators/sum.ts';
import { userAccumulator } from '../../../lib/core/accumulators/user-accumulator.ts';
import { varPop, varSamp } from '../../../lib/core/accumulators/variance.ts';
import type { AnyAccumulator } from '../../../lib/plan/aggregates/aggregate-function.ts';

function of(accumulator: AnyAccumulator, values: readonly unknown[]): unknown {
  return accumulator.result(values.reduce((acc, x) => accumulator.add(acc, x), accumulator.create()));
}

/** A finite double as an integer times 2^-1074, exactly. */
function scaled(x: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  return (high >>> 31 === 1 ? -mantissa : mantissa) << BigInt(Math.max(0, exponent - 1));
}

/** The double nearest to numerator / denominator, ties to even, by long division. */
function nearest(numerator: bigint, denominator: bigint): number {
  if (numerator < 0n) return -nearest(-numerator, denominator);
  if (numerator === 0n) return 0;
  let exponent = numerator.toString(2).length - denominator.toString(2).length - 53;
  if (exponent < -1074) exponent = -1074;
  for (;;) {
    const [n, d] = exponent >= 0 ? [numerator, denominator << BigInt(exponent)] : [numerator << BigInt(-exponent), denominator];
    let quotient = n / d;
    const rest = (n % d) * 2n;
    if (rest > d || (rest === d && quotient % 2n === 1n)) quotient += 1n;
    if (quotient < 2n ** 54n && (quotient <= 2n ** 53n || exponent === -1074)) return Number(quotient) * 2 ** Math.max(exponent, -1074);
    exponent++;
  }
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const mixed = fc.array(
  fc.oneof(finite, fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(1e300, -1e300, 1e16, -1e16, 1, 0.1)),
  { minLength: 1, maxLength: 30 },
);
const ONE = 2n ** 1074n;

describe('sum', () => {
  it('is the exact sum, rounded once', () => {
    fc.assert(
      fc.property(mixed, (values) => {
        const exact = nearest(
          values.map(scaled).reduce((a, b) => a + b),
          ONE,
        );
        expect(of(sum, values)).toBe(Number.isFinite(exact) ? exact + 0 : null);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [[1e16, 1, -1e16], 1],
    [[0.1, 0.2, 0.3], 0.6],
    [Array.from({ length: 10 }, () => 0.1), 1],
    [[1e308, 1e308, -1e308], 1e308],
    [[1e308, 1e308], null],
    [[-0], 0],
  ])('of %j is %d', (values, expected) => {
    expect(of(sum, values)).toBe(expected);
  });

  it('of nothing is NULL', () => {
    expect(of(sum, [])).toBeNull();
    expect(of(avg, [])).toBeNull();
  });
});

describe('variance', () => {
  const moderate = fc.array(fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer(), fc.constantFrom(1e9, 1e9 + 1, 0.1)), {
    minLength: 2,
    maxLength: 20,
  });

  it('is within two roundings of the exact one', () => {
    fc.assert(
      fc.property(moderate, (values) => {
        // Squares of what is below 2^-500 have no exact double; none of it matters beside the rest.
        fc.pre(values.every((x) => x === 0 || Math.abs(x) > 1e-100));
        const xs = values.map(scaled);
        const n = BigInt(values.length);
        const total = xs.reduce((a, b) => a + b);
        const numerator = n * xs.reduce((a, x) => a + x * x, 0n) - total * total;
        const exact = nearest(numerator, n * (n - 1n) * ONE * ONE);
        const found = of(varSamp, values) as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -51);
      }),
      { numRuns: 500 },
    );
  });

  it('does not cancel out', () => {
    // 4, 7, 13, 16 have the sample variance 30, and so they have a billion further up.
    expect(of(varSamp, [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30);
    expect(of(varPop, [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(22.5);
    expect(of(varSamp, [5])).toBeNull();
  });
});

describe('min', () => {
  it('orders text by code point, as UTF-8 does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), (values) => {
        const expected = [...values].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0];
        expect(of(min, values)).toBe(expected);
      }),
    );
    expect(of(min, ['\u{1f600}', '\uffff'])).toBe('\uffff');
  });
});

describe('approxCountDistinct', () => {
  it.each([0, 1, 10, 100, 1000, 20_000, 300_000])('of %d values is within 5 %', (n) => {
    const values = Array.from({ length: n }, (_, i) => `user-${i}`);
    expect(Math.abs((of(approxCountDistinct, [...values, ...values.slice(0, 1000)]) as number) - n)).toBeLessThanOrEqual(n * 0.05);
    const numeric = Array.from({ length: n }, (_, i) => i * 7);
    expect(Math.abs((of(approxCountDistinct, numeric) as number) - n)).toBeLessThanOrEqual(n * 0.05);
  });

  it('has about the error that was published: 1.6 %, over 200 sets', () => {
    const errors = Array.from({ length: 200 }, (_, set) => {
      const n = 5000;
      return (
        ((of(
          approxCountDistinct,
          Array.from({ length: n }, (_, i) => `${set}/${i}`),
        ) as number) -
          n) /
        n
      );
    });
    const deviation = Math.sqrt(errors.reduce((total, e) => total + e * e, 0) / errors.length);
    const bias = errors.reduce((total, e) => total + e, 0) / errors.length;
    expect(deviation).toBeLessThan(0.02);
    expect(Math.abs(bias)).toBeLessThan(0.005);
  });

  it('tells 1 from "1" and true', () => {
    expect(of(approxCountDistinct, [1, '1', true, 'true'])).toBe(4);
  });
});

describe('approxQuantile', () => {
  const values = fc.array(
    fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-6),
      fc.integer(),
    ),
    {
      minLength: 1,
      maxLength: 200,
    },
  );

  it.each([0, 0.25, 0.5, 0.95, 1])('%d: is within 1 % of the value at its rank', (q) => {
    fc.assert(
      fc.property(values, (drawn) => {
        const exact = [...drawn].sort((a, b) => a - b)[Math.floor(q * (drawn.length - 1))] as number;
        const found = of(approxQuantile(q), drawn) as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.01 * (1 + 1e-9));
      }),
    );
  });

  it('refuses a quantile that is none', () => {
    expect(() => approxQuantile(1.5)).toThrow('a quantile must be from 0 to 1, not 1.5');
  });
});

describe('a user accumulator', () => {
  const picky = userAccumulator({
    name: 'picky',
    create: () => 0,
    add: (acc, x: number) => {
      if (x < 0) throw new Error('no negatives');
      return acc + x;
    },
    merge: (a, b) => {
      if (b === 13) throw new Error('not 13');
      return a + b;
    },
    result: (acc) => {
      if (acc === 7) throw new Error('not 7');
      return acc;
    },
  });

  it('throws on what add throws, so that the event becomes a dead letter', () => {
    expect(() => of(picky, [1, -1])).toThrow('no negatives');
  });

  it('is NULL once merge has thrown, and while result throws', () => {
    const thirteen = picky.add(picky.create(), 13);
    expect(picky.result(picky.merge(picky.create(), thirteen))).toBeNull();
    expect(of(picky, [7])).toBeNull();
    expect(of(picky, [7, 1])).toBe(8);
  });
});
