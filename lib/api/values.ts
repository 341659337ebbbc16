import type { ColumnType } from '../core/column.ts';
import { formatInstant } from '../core/instant.ts';
import { parseInteger } from '../plan/column-value.ts';
import { invalid } from './problem.ts';
import { parseInstant } from './time.ts';

/** Default and maximum rows of a page. */
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/**
 * Parses a key's value by the type of its column.
 *
 * @throws Problem with the parameter's name and the valid values
 */
export function parseKeyValue(parameter: string, text: string, type: ColumnType): unknown {
  switch (type) {
    case 'text':
      return text;
    case 'bigint': {
      const value = parseInteger(text);
      if (value === undefined) throw invalid(parameter, `"${text}" is not a 64-bit whole number`);
      return value;
    }
    case 'double precision': {
      const value = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value)) throw invalid(parameter, `"${text}" is not a finite number`);
      return value + 0;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw invalid(parameter, `"${text}" is neither true nor false`);
      return text === 'true';
    case 'timestamptz':
      return formatInstant(parseInstant(parameter, text));
    case 'jsonb':
      return parseJson(parameter, text);
  }
}

function parseJson(parameter: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(parameter, `"${text}" is not JSON; a text needs quotes`);
  }
}

/** @throws Problem naming the parameter */
export function parseLimit(parameter: string, text: string): number {
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw invalid(parameter, `"${text}" is not a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

/** @throws Problem naming the parameter */
export function parseOrder(parameter: string, text: string): 'asc' | 'desc' {
  if (text !== 'asc' && text !== 'desc') throw invalid(parameter, `"${text}" is neither asc nor desc`);
  return text;
}
