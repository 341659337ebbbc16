import type { Instant } from '../core/instant.ts';
import { formatJson, parseJson } from '../core/json.ts';
import { isTime } from './cursor-places.ts';
import type { Parameters } from './parameters.ts';
import { invalid } from './problem.ts';
import { openToken, sealToken } from './token.ts';

/** Where a query continues, and what later pages need. */
export interface Cursor<After> {
  readonly after: After;
  /** the time of the first page, so that relative bounds do not move */
  readonly now: Instant;
  /** what the previous page had seen; absent if nothing can change */
  readonly asOf?: string;
}

/** The parameters that may differ between pages. */
const FREE = ['cursor', 'limit', 'as_of'];

/** Opaque text that leads to the next page of the same query and of no other. */
export function formatCursor<After>(path: string, parameters: Parameters, cursor: Cursor<After>): string {
  return sealToken(new TextEncoder().encode(formatJson(cursor)), context(path, parameters));
}

/**
 * Reads the `cursor` parameter.
 *
 * @param isAfter checks that a value is a position of this query, because a token is not a signature and can be forged
 * @returns `undefined` if there is none: the first page
 * @throws Problem if it was altered or forged, or belongs to another path or to other parameters
 */
export function parseCursor<After>(
  path: string,
  parameters: Parameters,
  isAfter: (value: unknown) => value is After,
): Cursor<After> | undefined {
  return parameters.read('cursor', (name, text) => {
    const bytes = openToken(text, context(path, parameters));
    const cursor = bytes && readCursor(bytes, isAfter);
    if (!cursor)
      throw invalid(name, 'it does not belong to this request: send "next" of the previous page, with all other parameters unchanged');
    return cursor;
  });
}

function readCursor<After>(bytes: Uint8Array, isAfter: (value: unknown) => value is After): Cursor<After> | undefined {
  let read: unknown;
  try {
    read = parseJson(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof read !== 'object' || read === null) return undefined;
  const { after, now, asOf } = read as { after?: unknown; now?: unknown; asOf?: unknown };
  if (!isAfter(after) || !isTime(now) || (asOf !== undefined && typeof asOf !== 'string')) return undefined;
  return { after, now, ...(asOf !== undefined && { asOf }) };
}

function context(path: string, parameters: Parameters): string {
  return `cursor ${path} ${parameters.canonical(FREE)}`;
}
