import { MillraceError } from './errors.ts';

/**
 * A length of time: milliseconds, or text such as `'5 seconds'`, `'1 minute'`, `'1 hour 30 minutes'`, `'250 ms'`.
 * A day is 24 hours here; calendar days are a kind of window, not a duration.
 */
export type Duration = number | string;

const UNITS = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;

/** A unit of time as durations name it, in the singular. */
export type DurationUnit = keyof typeof UNITS;

/**
 * Reads a duration.
 *
 * @param value milliseconds, or text with units (`ms`, `seconds`, `minutes`, `hours`, `days`, `weeks`; singular or plural)
 * @returns whole milliseconds; negative only when the text or number is
 * @throws MillraceError `argument` when it is not a finite whole number of milliseconds
 *
 * @example
 * ```ts
 * parseDuration('1 hour 30 minutes'); // 5400000
 * parseDuration(250);                 // 250
 * ```
 */
export function parseDuration(value: Duration): number {
  const ms = typeof value === 'number' ? value : parseText(value);
  if (!Number.isSafeInteger(ms)) {
    throw new MillraceError(
      'argument',
      `"${value}" is not a duration: write a whole number of milliseconds or text such as '5 seconds', '1 hour 30 minutes'`,
    );
  }
  return ms;
}

function parseText(text: string): number {
  const trimmed = text.trim();
  const sign = trimmed.startsWith('-') ? -1 : 1;
  const body = sign < 0 ? trimmed.slice(1).trim() : trimmed;
  const parts = [...body.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/giy)];
  if (parts.length === 0 || parts.reduce((length, part) => length + part[0].length, 0) !== body.length) return Number.NaN;
  let total = 0;
  for (const [, amount, word] of parts) {
    const unit = unitOf((word as string).toLowerCase());
    if (unit === undefined) return Number.NaN;
    total += Number(amount) * unit;
  }
  return sign * total;
}

function unitOf(word: string): number | undefined {
  const units: Readonly<Record<string, number>> = UNITS;
  const name = Object.hasOwn(units, word) || !word.endsWith('s') ? word : word.slice(0, -1);
  return Object.hasOwn(units, name) ? units[name] : undefined;
}

/**
 * Writes a duration the way {@link parseDuration} reads it, in the largest units that divide it.
 *
 * @example
 * ```ts
 * formatDuration(5_400_000); // '1 hour 30 minutes'
 * ```
 */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0 seconds';
  const words: string[] = [];
  let rest = Math.abs(ms);
  for (const unit of ['day', 'hour', 'minute', 'second', 'ms'] as const) {
    const size = UNITS[unit];
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) words.push(`${amount} ${unit}${amount === 1 || unit === 'ms' ? '' : 's'}`);
  }
  return (ms < 0 ? '-' : '') + words.join(' ');
}
