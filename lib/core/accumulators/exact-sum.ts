import type { ByteReader, ByteWriter } from '../bytes.ts';
import { canonical, grow, roundedSum } from './expansion.ts';

/** Values at least this large are summed apart, scaled down, so that no order of additions overflows on the way. */
const LARGE = 2 ** 959;
const SCALE = 2 ** -128;
/** No sum of doubles needs more parts: they do not overlap, and a double has 2,098 bits from least to greatest. */
const MOST_PARTS = 64;
/** How a sum is stored: as one number, or as counted parts. */
const ONE_PART = 1;
const TWO_PARTS = 2;
const PARTS = 3;
/** What no part reaches, however many values are summed: additions must not overflow, also when the bytes were changed. */
const PART_BOUND = 2 ** 1015;
const LARGE_PART_BOUND = 2 ** 956;

/**
 * An exact sum of doubles, kept as an expansion: doubles whose true sum is the sum (Shewchuk, "Adaptive Precision
 * Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997). Neither order nor grouping changes it, and it is
 * rounded once, when it is read. Two parts are enough for values of like size, so there they are fields.
 */
export class ExactSum {
  // Plain fields: private ones are several times slower to make, and there is one of these per pane and batch.
  private high = 0;
  private low = 0;
  private rest: number[] | undefined = undefined;
  private large: number[] | undefined = undefined;

  /** A sum that is two doubles, as {@link ExactSum.twoParts} gives it. */
  static ofTwoParts(high: number, low: number): ExactSum {
    const sum = new ExactSum();
    sum.high = high;
    sum.low = low;
    return sum;
  }

  /** The sum as two doubles that add up to it; `undefined` where it takes more. */
  twoParts(): { readonly high: number; readonly low: number } | undefined {
    return this.rest || this.large ? undefined : { high: this.high, low: this.low };
  }

  /** Adds a finite double. */
  add(x: number): void {
    if (isLarge(x)) {
      this.large = grow(this.large ?? [], x * SCALE);
      return;
    }
    const high = this.high;
    const sum = high + x;
    const part = sum - high;
    const error = high - (sum - part) + (x - part);
    this.high = sum;
    if (error !== 0) this.addLow(error);
  }

  /** Adds a whole number, a BigInt or a double. */
  addInteger(x: number | bigint): void {
    let rest = x;
    // The nearest double, then what it misses, until nothing is left: what it misses has half as many digits each time.
    while (typeof rest === 'bigint') {
      const part = Number(rest);
      this.add(part);
      rest -= BigInt(part);
      if (rest === 0n) return;
    }
    this.add(rest);
  }

  /** Adds another sum, which stays as it is. */
  merge(from: ExactSum): void {
    this.add(from.high);
    if (from.low !== 0) this.add(from.low);
    if (from.rest) for (const x of from.rest) this.add(x);
    if (from.large) for (const x of from.large) this.large = grow(this.large ?? [], x);
  }

  /** The sum as doubles that do not overlap, least first, as large ones are scaled. Empty: zero. */
  parts(): { readonly parts: number[]; readonly large: number[] } {
    let parts: number[] = [];
    for (const x of [this.high, this.low, ...(this.rest ?? [])]) parts = grow(parts, x);
    return { parts: canonical(parts), large: canonical(this.large ?? []) };
  }

  /** The sum rounded to the nearest double; `null` beyond the largest double. */
  value(): number | null {
    if (!this.rest && !this.large) return this.high + this.low + 0;
    const { parts, large } = this.parts();
    if (large.length === 0) return roundedSum(parts);
    let all = large;
    for (const x of parts) all = grow(all, x * SCALE);
    const sum = roundedSum(all) / SCALE;
    return Number.isFinite(sum) ? sum : null;
  }

  /** The sum of whole numbers: exact, a BigInt outside ±(2^53 − 1). */
  integer(): number | bigint {
    const rounded = this.value();
    if (rounded !== null && Number.isSafeInteger(rounded)) return rounded;
    // Parts of whole numbers are whole; no sum of int64s is among the large ones.
    return this.parts().parts.reduce((total, part) => total + BigInt(Math.trunc(part)), 0n);
  }

  write(out: ByteWriter): void {
    if (!this.rest && !this.large) {
      writeTwoParts(this.high, this.low, out);
      return;
    }
    const { parts, large } = this.parts();
    if (large.length === 0 && parts.length <= 2) {
      const [high = 0, low = 0] = parts.reverse();
      out.byte(low === 0 ? ONE_PART : TWO_PARTS);
      if (low !== 0) out.double(low);
      out.number(high);
      return;
    }
    out.byte(PARTS);
    out.byte(parts.length);
    out.byte(large.length);
    for (const x of parts) out.double(x);
    for (const x of large) out.double(x);
  }

  /** @throws MillraceError `corrupt` */
  static read(input: ByteReader): ExactSum {
    const sum = new ExactSum();
    const form = input.byte();
    if (form === ONE_PART) {
      sum.high = finite(input, input.number(), PART_BOUND);
      return sum;
    }
    if (form === TWO_PARTS) {
      sum.low = finite(input, input.double(), PART_BOUND);
      sum.high = finite(input, input.number(), PART_BOUND);
      return sum;
    }
    if (form !== PARTS) throw input.corrupt('a sum of an unknown form');
    const count = input.byte();
    const large = input.byte();
    if (count > MOST_PARTS || large > MOST_PARTS) throw input.corrupt(`a sum of ${count} and ${large} parts`);
    for (let i = 0; i < count; i++) sum.add(finite(input, input.double(), PART_BOUND));
    if (large > 0) sum.large = [];
    for (let i = 0; i < large; i++) sum.large = grow(sum.large as number[], finite(input, input.double(), LARGE_PART_BOUND));
    return sum;
  }

  private addLow(x: number): void {
    const low = this.low;
    const sum = low + x;
    const part = sum - low;
    const error = low - (sum - part) + (x - part);
    this.low = sum;
    if (error !== 0) {
      this.rest = grow(this.rest ?? [], error);
      if (this.rest.length > MOST_PARTS / 2) this.compact();
    }
  }

  private compact(): void {
    const { parts } = this.parts();
    this.high = parts.pop() ?? 0;
    this.low = parts.pop() ?? 0;
    this.rest = parts.length > 0 ? parts : undefined;
  }
}

/** Whether a value is summed apart. */
export function isLarge(x: number): boolean {
  return x >= LARGE || x <= -LARGE;
}

/** Writes a sum of two doubles as {@link ExactSum} does: as the nearest double and what it misses, their canonical form. */
export function writeTwoParts(high: number, low: number, out: ByteWriter): void {
  const sum = high + low;
  const part = sum - high;
  const error = high - (sum - part) + (low - part);
  if (error === 0) {
    out.byte(ONE_PART);
    out.number(sum);
  } else {
    out.byte(TWO_PARTS);
    out.double(error);
    out.number(sum);
  }
}

function finite(input: ByteReader, x: number, bound: number): number {
  if (!Number.isFinite(x) || Math.abs(x) > bound) throw input.corrupt('a part of a sum is out of range');
  return x;
}
