import type { ByteReader, ByteWriter } from '../bytes.ts';
import type { MillraceError } from '../errors.ts';
import { parseJson, storableJson } from '../json.ts';
import { VALUE_KINDS } from '../stored.ts';

const { none: NONE, number: NUMBER, text: TEXT, false: FALSE, true: TRUE, json: JSON_TEXT, bigint: BIGINT } = VALUE_KINDS;

/** The values of a column that is no jsonb: a BigInt only where a number would not be exact. */
export type ScalarValue = number | bigint | string | boolean;

/**
 * Writes any value JSON can hold; `undefined` and `null` are both nothing.
 *
 * @throws TypeError or RangeError for what no JSON can hold: a function, a value that contains itself, one nested too deep
 */
export function writeValue(value: unknown, out: ByteWriter): void {
  if (value === undefined || value === null) out.byte(NONE);
  else if (typeof value === 'number') {
    out.byte(NUMBER);
    out.number(value);
  } else if (typeof value === 'string') {
    out.byte(TEXT);
    out.text(value);
  } else if (typeof value === 'boolean') out.byte(value ? TRUE : FALSE);
  else if (typeof value === 'bigint') {
    out.byte(BIGINT);
    out.text(value.toString(36));
  } else {
    out.byte(JSON_TEXT);
    out.text(storableJson(value));
  }
}

/** Reads what {@link writeValue} wrote; nothing is `null`. */
export function readValue(input: ByteReader): unknown {
  switch (input.byte()) {
    case NONE:
      return null;
    case NUMBER:
      return input.number();
    case TEXT:
      return input.text();
    case FALSE:
      return false;
    case TRUE:
      return true;
    case JSON_TEXT:
      return parse(input);
    case BIGINT:
      return readBigInt(input);
    default:
      throw input.corrupt('a value of an unknown kind');
  }
}

function parse(input: ByteReader): unknown {
  const text = input.text();
  try {
    return parseJson(text);
  } catch (cause) {
    const error: MillraceError = input.corrupt('a value is not JSON');
    error.cause = cause;
    throw error;
  }
}

/** Written to base 36; only what a number could not say is a BigInt. */
function readBigInt(input: ByteReader): bigint {
  const text = input.text();
  if (!/^-?[0-9a-z]{1,64}$/.test(text)) throw input.corrupt('a whole number is none');
  const negative = text.startsWith('-');
  let value = 0n;
  for (const digit of negative ? text.slice(1) : text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  if (Number.isSafeInteger(Number(value))) throw input.corrupt('a whole number has the wrong form');
  return negative ? -value : value;
}

/** Compares two values: numbers by size, text by code point, false before true; of several kinds truth values, numbers, text, nothing. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a !== typeof b) {
    const kinds = kindRank(a) - kindRank(b);
    if (kinds !== 0) return kinds;
  }
  const x = a as number;
  const y = b as number;
  return x < y ? -1 : x > y ? 1 : 0;
}

function kindRank(value: unknown): number {
  if (typeof value === 'boolean') return 0;
  if (typeof value === 'number' || typeof value === 'bigint') return 1;
  return typeof value === 'string' ? 2 : 3;
}

/** By code point, which is also the order of UTF-8; UTF-16 sorts surrogates before U+E000 to U+FFFF. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
