import type { ColumnInfo } from '../../client/client.ts';

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/**
 * Formats a result for display: numbers with separators, NULL as a dash.
 *
 * @param type the column's: times come as text, and so do whole numbers that a double would round
 */
export function formatValue(value: unknown, type?: ColumnInfo['type']): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string' && type === 'bigint' && /^-?\d+$/.test(value)) return NUMBER.format(BigInt(value));
  if (typeof value === 'string' && type === 'timestamptz') return formatTime(value);
  if (typeof value === 'number') return Math.abs(value) < 1 && value !== 0 ? SMALL.format(value) : NUMBER.format(value);
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return JSON.stringify(value);
}

/** A key as one text: its parts with dots between. */
export function formatKey(values: readonly unknown[]): string {
  return values.length === 0 ? 'all' : values.map((value) => (value === null ? 'NULL' : formatValue(value))).join(' · ');
}

/**
 * A time in UTC, as short as it can be among others: without seconds where they are zero.
 *
 * @param iso ISO 8601 with milliseconds, as the API sends it
 */
export function formatTime(iso: string): string {
  const [date = '', time = ''] = iso.replace(/Z$/, '').split('T');
  return `${date} ${time.replace(/\.000$/, '').replace(/^(\d\d:\d\d):00$/, '$1')}`;
}

/**
 * A time in UTC to the second, among others of about now: without the day when it is today's.
 *
 * @param now ISO 8601 as well
 */
export function formatClock(iso: string, now: string): string {
  const text = `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return iso.slice(0, 10) === now.slice(0, 10) ? text.slice(11) : text;
}

/** A window: the day once when it begins and ends on the same. */
export function formatWindow(start: string, end: string): string {
  const [from, to] = [formatTime(start), formatTime(end)];
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} – ${to.slice(11)}` : `${from} – ${to}`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** A length of time in its two largest units: `2 min 5 s`. */
export function formatLength(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [size, unit] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ');
}
