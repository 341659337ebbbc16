import type { Instant } from '../core/instant.ts';
import { formatJson, parseJson } from '../core/json.ts';
import { isTime } from './cursor-places.ts';
import type { Parameters } from './parameters.ts';
import { invalid } from './problem.ts';
import { openToken, sealToken } from './token.ts';

/** Where a query goes on, and what it must not forget on the way. */
export interface Cursor<After> {
  readonly after: After;
  /** the first page's now: relative bounds stay where they were */
  readonly now: Instant;
  /** what the page before had seen; absent where nothing changes */
  readonly asOf?: string;
}

/** What may differ from page to page. */
const FREE = ['cursor', 'limit', 'as_of'];

/** Opaque text that leads to the next page of the same query and of no other. */
export function formatCursor<After>(path: string, parameters: Parameters, cursor: Cursor<After>): string {
  return sealToken(new TextEncoder().encode(formatJson(cursor)), context(path, parameters));
}

/**
 * Reads the `cursor` parameter.
 *
 * @param isAfter what a place in this query is: a token is no signature, so anybody can make one
 * @returns `undefined` when there is none: the first page
 * @throws Problem when it was altered, made up, or given out for another path or for other parameters
 */
export function parseCursor<After>(
  path: string,
  parameters: Parameters,
  isAfter: (value: unknown) => value is After,
): Cursor<After> | undefined {
  return parameters.read('cursor', (name, text) => {
    const bytes = openToken(text, context(path, parameters));
    const cursor = bytes && readCursor(bytes, isAfter);
    if (!cursor) throw invalid(name, 'it does not lead on from here: give back what "next" said, with all other parameters as they were');
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
