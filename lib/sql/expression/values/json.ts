import { parseJson as readJson, refuseDeep } from '../../../core/json.ts';
import { fail } from './failure.ts';

/**
 * Formats a value as PostgreSQL formats jsonb: a space after `:` and `,`; members of an object ordered by the length of their names, then by
 * code point. Equal values have equal text.
 *
 * @example
 * ```ts
 * formatJson({ bb: 1, a: [true, null] }); // '{"a": [true, null], "bb": 1}'
 * ```
 */
export function formatJson(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : plainNumber(value);
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(formatJson).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${formatJson(member)}`).join(', ')}}`;
}

/** jsonb's numbers are numeric: they print without an exponent. */
function plainNumber(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, first, fraction = '', exponent] = match as unknown as [string, string, string, string | undefined, string];
  const digits = first + fraction;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The result of `jsonb_typeof`. */
export function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** Parses JSON with exact whole numbers. */
export function parseJson(text: string): unknown {
  try {
    const value = readJson(text);
    refuseDeep(text);
    return value;
  } catch (error) {
    if (error instanceof RangeError) return fail(error.message);
    return fail(`invalid input syntax for type json: ${JSON.stringify(text.slice(0, 100))}`);
  }
}
