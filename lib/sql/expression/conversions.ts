import type { SqlType } from './types.ts';
import { roundTo } from './values/double.ts';
import { fail } from './values/failure.ts';
import { fromDouble, type Int, parseInt64 } from './values/int.ts';
import { formatInterval, type Interval } from './values/interval.ts';
import { parseInterval } from './values/interval-text.ts';
import { formatJson, jsonType, parseJson } from './values/json.ts';
import { formatDouble, parseBoolean, parseDouble } from './values/scalar-text.ts';
import { formatTimestamp, parseTimestamp } from './values/timestamp.ts';

type Convert = (value: never) => unknown;

const FROM_TEXT: Readonly<Record<string, (text: string) => unknown>> = {
  bigint: parseInt64,
  'double precision': parseDouble,
  boolean: parseBoolean,
  timestamptz: (text) => parseTimestamp(text, true),
  timestamp: (text) => parseTimestamp(text, false),
  interval: (text) => parseInterval(text),
  jsonb: parseJson,
};

const TO_TEXT: Readonly<Record<string, Convert>> = {
  bigint: (value: Int) => String(value),
  'double precision': formatDouble,
  boolean: (value: boolean) => String(value),
  timestamptz: (value: number) => formatTimestamp(value, true),
  timestamp: (value: number) => formatTimestamp(value, false),
  interval: (value: Interval) => formatInterval(value),
  jsonb: formatJson,
};

const OTHERS: Readonly<Record<string, Convert>> = {
  'bigint→double precision': (value: Int) => Number(value),
  'double precision→bigint': fromDouble,
  'bigint→boolean': (value: Int) => value !== 0,
  'boolean→bigint': (value: boolean) => (value ? 1 : 0),
  'timestamptz→timestamp': (value: number) => value,
  'timestamp→timestamptz': (value: number) => value,
  // Numbers in jsonb are decimal: halves round away from zero.
  'jsonb→bigint': (value: unknown) =>
    fromJson(value, 'bigint', (number) => (typeof number === 'bigint' ? number : fromDouble(roundTo(number, 0)))),
  'jsonb→double precision': (value: unknown) => fromJson(value, 'double precision', Number),
  'jsonb→boolean': (value: unknown) => (typeof value === 'boolean' ? value : fail(`cannot cast jsonb ${jsonType(value)} to type boolean`)),
};

function fromJson(value: unknown, type: SqlType, read: (number: Int) => Int): Int {
  if (typeof value !== 'number' && typeof value !== 'bigint') return fail(`cannot cast jsonb ${jsonType(value)} to type ${type}`);
  return read(value);
}

/**
 * The conversion of an explicit cast.
 *
 * @returns a function of a value that is not NULL, which throws if the value has no counterpart; `undefined` if there is no such cast
 */
export function castFunction(from: SqlType, to: SqlType): ((value: unknown) => unknown) | undefined {
  const found = from === 'text' ? FROM_TEXT[to] : to === 'text' ? TO_TEXT[from] : OTHERS[`${from}→${to}`];
  return found as ((value: unknown) => unknown) | undefined;
}

/** A value cast to text; `||` and `concat` convert any value this way. */
export function textOf(type: SqlType): (value: unknown) => string {
  return type === 'text' || type === 'unknown' ? String : (TO_TEXT[type] as (value: unknown) => string);
}
