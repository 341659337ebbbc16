import type { ColumnType } from '../core/column.ts';
import { formatInstant, toInstant } from '../core/instant.ts';
import type { SqlType } from './expression/types.ts';

/**
 * Converts a row's value to its form in expressions: NULL is `null`, a time is milliseconds since the epoch.
 *
 * @param value from an event (a time may be text, a `Date` or a number) or from a result row
 */
export function toExpression(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return type === 'timestamptz' ? (toInstant(value) ?? null) : value;
}

/** Converts an expression's value to its form in result rows: a time is ISO 8601 text. */
export function toResult(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return type === 'timestamptz' ? formatInstant(value as number) : value;
}

/** The column type for an expression's results; `undefined` if no column can hold them. */
export function resultType(type: SqlType): ColumnType | undefined {
  switch (type) {
    case 'unknown':
      return 'text';
    case 'timestamp':
      // A time without a zone is UTC.
      return 'timestamptz';
    case 'interval':
      return undefined;
    default:
      return type;
  }
}
