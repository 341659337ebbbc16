import { fail } from './failure.ts';

/** A bigint's value: a number if that is exact, otherwise a BigInt. Each value has exactly one form. */
export type Int = number | bigint;

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** A BigInt in its canonical form; an error if it is outside int64. */
export function normalise(value: bigint): Int {
  if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value);
  return value < INT64_MIN || value > INT64_MAX ? fail('bigint out of range') : value;
}

/** A sum. The sum of two safe integers is exact if it is safe itself. */
export function add(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalise(BigInt(a) + BigInt(b));
}

export function subtract(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return normalise(BigInt(a) - BigInt(b));
}

export function multiply(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // Adding zero turns the −0 of 0 * -1 into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return normalise(BigInt(a) * BigInt(b));
}

/** A truncated quotient. The rounded quotient of two safe integers never reaches the next whole number. */
export function divide(a: Int, b: Int): Int {
  if (b === 0) return fail('division by zero');
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return normalise(BigInt(a) / BigInt(b));
}

/** The remainder, with the sign of the dividend. */
export function remainder(a: Int, b: Int): Int {
  if (b === 0) return fail('division by zero');
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return normalise(BigInt(a) % BigInt(b));
}

export function negate(a: Int): Int {
  return typeof a === 'number' ? 0 - a : normalise(-a);
}

export function absolute(a: Int): Int {
  return a < 0 ? negate(a) : a;
}

/** A double as a whole number; halves round to even. */
export function fromDouble(value: number): Int {
  const rounded = roundHalfEven(value);
  if (Number.isSafeInteger(rounded)) return rounded;
  return Number.isFinite(rounded) ? normalise(BigInt(rounded)) : fail('bigint out of range');
}

/** The nearest whole number; halves round to even. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const over = value - below;
  const rounded = over < 0.5 ? below : over > 0.5 ? below + 1 : below % 2 === 0 ? below : below + 1;
  return rounded + 0;
}

/** Reads a whole number as PostgreSQL does: spaces around it, a sign, `0x`, `0o`, `0b`, underscores between digits. */
export function parseInt64(text: string): Int {
  if (/^-?\d{1,15}$/.test(text)) return Number(text) + 0;
  const match = /^[ \t\n\v\f\r]*([+-]?)((?:\d+(?:_\d+)*)|0[xX](?:_?[\da-fA-F]+)+|0[oO](?:_?[0-7]+)+|0[bB](?:_?[01]+)+)[ \t\n\v\f\r]*$/.exec(
    text,
  );
  if (!match || (match[2] as string).length > 200) return fail(`invalid input syntax for type bigint: ${JSON.stringify(text)}`);
  const magnitude = BigInt((match[2] as string).replaceAll('_', ''));
  const value = match[1] === '-' ? -magnitude : magnitude;
  return value < INT64_MIN || value > INT64_MAX ? fail(`value ${JSON.stringify(text)} is out of range for type bigint`) : normalise(value);
}

/** Hexadecimal digits; for a negative number, those of its two's complement in 64 bits. */
export function toHex(value: Int): string {
  return BigInt.asUintN(64, BigInt(value)).toString(16);
}

/** The greatest number that divides both. */
export function greatestDivisor(a: Int, b: Int): Int {
  let [x, y] = [BigInt(a), BigInt(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return normalise(x < 0n ? -x : x);
}

/** The least number that both divide. */
export function leastMultiple(a: Int, b: Int): Int {
  if (a === 0 || b === 0) return 0;
  const product = (BigInt(a) / BigInt(greatestDivisor(a, b))) * BigInt(b);
  return normalise(product < 0n ? -product : product);
}
