import { fail } from './failure.ts';

/** Parses a double. `NaN` and `Infinity` are not allowed, because JSON cannot represent them. */
export function parseDouble(text: string): number {
  const bad = (): never => fail(`invalid input syntax for type double precision: ${JSON.stringify(text)}`);
  if (!/^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text)) {
    return /^\s*(nan|[+-]?inf(inity)?)\s*$/i.test(text)
      ? fail(`${text.trim()} is not supported: a double precision value must be a finite number`)
      : bad();
  }
  const value = Number(text);
  const vanished = value === 0 && /[1-9]/.test(text.split(/e/i)[0] as string);
  return Number.isFinite(value) && !vanished ? value + 0 : fail(`${JSON.stringify(text)} is out of range for type double precision`);
}

/**
 * Formats a double as PostgreSQL does: the fewest digits that parse to the same value, with an exponent of at least two digits from 1e15 on and
 * below 1e-4.
 */
export function formatDouble(value: number): string {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 15) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Parses a boolean: `true`, `yes`, `on`, `1`, their opposites, and their unambiguous prefixes. */
export function parseBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word !== '') {
    if ('true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on' || word === '1') return true;
    if ('false'.startsWith(word) || 'no'.startsWith(word) || word === 'of' || word === 'off' || word === '0') return false;
  }
  return fail(`invalid input syntax for type boolean: ${JSON.stringify(text)}`);
}
