import { fail } from './failure.ts';

/** A double, or an error if the computation left its range. Zero has no sign. */
export function finite(value: number): number {
  return Number.isFinite(value) ? value + 0 : fail(Number.isNaN(value) ? 'input is out of range' : 'value out of range: overflow');
}

export function addNumbers(a: number, b: number): number {
  return finite(a + b);
}

export function subtractNumbers(a: number, b: number): number {
  return finite(a - b);
}

export function multiplyNumbers(a: number, b: number): number {
  const product = finite(a * b);
  return product === 0 && a !== 0 && b !== 0 ? fail('value out of range: underflow') : product;
}

export function divideNumbers(a: number, b: number): number {
  if (b === 0) return fail('division by zero');
  const quotient = finite(a / b);
  return quotient === 0 && a !== 0 ? fail('value out of range: underflow') : quotient;
}

/** The remainder, with the sign of the dividend. */
export function remainderOf(a: number, b: number): number {
  return b === 0 ? fail('division by zero') : (a % b) + 0;
}

export function power(a: number, b: number): number {
  if (a === 0 && b < 0) return fail('zero raised to a negative power is undefined');
  if (a < 0 && !Number.isInteger(b)) return fail('a negative number raised to a non-integer power yields a complex result');
  const result = finite(a ** b);
  return result === 0 && a !== 0 ? fail('value out of range: underflow') : result;
}

/** Rounds to decimals, halves away from zero, by the number's own decimal digits (15, as PostgreSQL's cast to numeric has them). */
export function roundTo(value: number, decimals: number): number {
  return atDecimals(value, decimals, (digit) => digit >= 5);
}

/** Truncates to decimals, also by decimal digits. */
export function truncateTo(value: number, decimals: number): number {
  return atDecimals(value, decimals, () => false);
}

function atDecimals(value: number, decimals: number, up: (digit: number) => boolean): number {
  const [mantissa, exponent] = Math.abs(value).toExponential(14).split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  // The number of digits to keep: those before the point, and the decimals.
  const kept = Number(exponent) + 1 + decimals;
  if (kept >= digits.length) return value;
  const whole = kept <= 0 ? 0n : BigInt(digits.slice(0, kept));
  const rounded = kept >= 0 && up(Number(digits[kept])) ? whole + 1n : whole;
  return finite(Math.sign(value) * Number(`${rounded}e${-decimals}`));
}
