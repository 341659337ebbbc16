import type { ColumnType } from '../core/column.ts';
import { formatInstant, toInstant } from '../core/instant.ts';
import type { SqlType } from './expression/types.ts';

/**
 * A value of a row as expressions hold it: NULL is `null`, a time is milliseconds since the epoch.
 *
 * @param value of an event (a time may be text, a `Date` or a number) or of a result row
 */
export function toExpression(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return type === 'timestamptz' ? (toInstant(value) ?? null) : value;
}

/** An expression's value as result rows hold it: a time is ISO 8601 text. */
export function toResult(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  return type === 'timestamptz' ? formatInstant(value as number) : value;
}

/** The column type an expression's results can have; `undefined` when no column can hold them. */
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
