import type { ColumnType } from '../core/column.ts';
import { formatInstant } from '../core/instant.ts';
import { parseInteger } from '../plan/column-value.ts';
import { invalid } from './problem.ts';
import { parseInstant } from './time.ts';

/** Rows of a page when nothing is said, and at most. */
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/**
 * Reads a key's value as its column holds it.
 *
 * @throws Problem naming the parameter and what the column takes
 */
export function parseKeyValue(parameter: string, text: string, type: ColumnType): unknown {
  switch (type) {
    case 'text':
      return text;
    case 'bigint': {
      const value = parseInteger(text);
      if (value === undefined) throw invalid(parameter, `"${text}" is no whole number of 64 bits`);
      return value;
    }
    case 'double precision': {
      const value = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value)) throw invalid(parameter, `"${text}" is no finite number`);
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
    throw invalid(parameter, `"${text}" is no JSON; a text needs quotes`);
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
