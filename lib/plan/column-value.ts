import type { Column, ColumnType, Row } from '../core/column.ts';
import { formatInstant, toInstant } from '../core/instant.ts';

/** The valid values of a column type, for messages. */
const EXPECTED: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  bigint: 'a whole number of 64 bits',
  'double precision': 'a finite number',
  boolean: 'true or false',
  timestamptz: 'a time in ISO 8601',
  jsonb: 'a value',
};

/** Names that every object inherits. Reading one from a row without it must not return the inherited property. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Whether plain objects inherit a property with a column's name, such as `constructor` or `__proto__`. */
export function isInheritedName(name: string): boolean {
  return INHERITED.has(name);
}

/** Reads a column from a row, without inherited properties. */
export function columnReader(name: string): (row: Row) => unknown {
  return isInheritedName(name) ? (row) => (Object.hasOwn(row, name) ? row[name] : undefined) : (row) => row[name];
}

/** Whether a value that is not NULL has the column type. */
export function fits(type: ColumnType, value: unknown): boolean {
  switch (type) {
    case 'text':
      // A lone surrogate has no UTF-8 encoding, so it could not be stored and read back.
      return typeof value === 'string' && value.isWellFormed();
    case 'double precision':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bigint':
      return toInteger(value) !== undefined;
    case 'boolean':
      return typeof value === 'boolean';
    case 'timestamptz':
      return typeof value !== 'number' && toInstant(value) !== undefined;
    case 'jsonb':
      return true;
  }
}

/** The least and the greatest bigint. */
const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/**
 * A bigint in the form of rows: a number within ±(2^53 − 1), a BigInt beyond. A number beyond is already rounded, so it is not a bigint.
 *
 * @returns `undefined` if the value is not a bigint
 */
export function toInteger(value: unknown): number | bigint | undefined {
  if (Number.isSafeInteger(value)) return value as number;
  if (typeof value !== 'bigint' || value < LEAST || value > GREATEST) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The same for a text of digits, which JSON often uses for large numbers; at most 30 characters. */
export function parseInteger(text: string): number | bigint | undefined {
  return /^[+-]?\d{1,29}$/.test(text) ? toInteger(BigInt(text.replace('+', ''))) : undefined;
}

/** The error for a column's value, with the column's name and what was expected. */
export function misfit(column: Column, value: unknown): string {
  const expected = `${EXPECTED[column.type]}${column.nullable ? ' or null' : ''}`;
  return `column "${column.name}": expected ${expected}, got ${describe(value)}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value)
      ? `the number ${value}, which may have been rounded`
      : `the number ${value}`;
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return 'text with a lone surrogate';
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40).toWellFormed()}…` : value)}`;
  }
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`;
}

/**
 * Reads a column's value in the form of results: NULL as `null`, a `timestamptz` as ISO 8601 in UTC with milliseconds, so that
 * equal instants are equal text and text order is time order.
 *
 * @param checked whether the row was validated; a row from a user-defined function was not
 * @typeParam P the arguments of `read` after the row
 * @returns a function that throws `TypeError` if an unchecked value does not fit; NULL may also be `undefined`
 */
export function valueReader<P = void>(
  column: Column,
  read: (row: Row, position: P) => unknown,
  checked: boolean,
): (row: Row, position: P) => unknown {
  const { type, nullable } = column;
  if (checked && type !== 'timestamptz') return read;
  const refuseNull = !checked && !nullable;
  return (row, position) => {
    const value = read(row, position);
    if (value === null || value === undefined) {
      if (refuseNull) throw new TypeError(misfit(column, value));
      return null;
    }
    if (type === 'timestamptz') {
      const time = typeof value === 'number' ? undefined : toInstant(value);
      if (time === undefined) throw new TypeError(misfit(column, value));
      return formatInstant(time);
    }
    if (!fits(type, value)) throw new TypeError(misfit(column, value));
    return typeof value === 'bigint' && type === 'bigint' ? toInteger(value) : value;
  };
}
