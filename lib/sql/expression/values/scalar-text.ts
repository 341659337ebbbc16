import { fail } from './failure.ts';

/** Reads a double. `NaN` and `Infinity` are no values here: JSON cannot hold them. */
export function parseDouble(text: string): number {
  const bad = (): never => fail(`invalid input syntax for type double precision: ${JSON.stringify(text)}`);
  if (!/^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text)) {
    return /^\s*(nan|[+-]?inf(inity)?)\s*$/i.test(text)
      ? fail(`${text.trim()} is not supported: a double precision value is a finite number here`)
      : bad();
  }
  const value = Number(text);
  const vanished = value === 0 && /[1-9]/.test(text.split(/e/i)[0] as string);
  return Number.isFinite(value) && !vanished ? value + 0 : fail(`${JSON.stringify(text)} is out of range for type double precision`);
}

/**
 * Writes a double as PostgreSQL does: the fewest digits that read back the same, with an exponent of two digits or more from 1e15 and
 * below 1e-4.
 */
export function formatDouble(value: number): string {
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 15) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Reads a truth value: `true`, `yes`, `on`, `1` and their opposites, any beginning that says which. */
export function parseBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word !== '') {
    if ('true'.startsWith(word) || 'yes'.startsWith(word) || word === 'on' || word === '1') return true;
    if ('false'.startsWith(word) || 'no'.startsWith(word) || word === 'of' || word === 'off' || word === '0') return false;
  }
  return fail(`invalid input syntax for type boolean: ${JSON.stringify(text)}`);
}
