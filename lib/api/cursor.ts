import type { Instant } from '../core/instant.ts';
import { formatJson, parseJson } from '../core/json.ts';
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
 * @returns `undefined` when there is none: the first page
 * @throws Problem when it was altered, or given out for another path or for other parameters
 */
export function parseCursor<After>(path: string, parameters: Parameters): Cursor<After> | undefined {
  return parameters.read('cursor', (name, text) => {
    const bytes = openToken(text, context(path, parameters));
    if (!bytes) throw invalid(name, 'it does not lead on from here: give back what "next" said, with all other parameters as they were');
    return parseJson(new TextDecoder().decode(bytes)) as Cursor<After>;
  });
}

function context(path: string, parameters: Parameters): string {
  return `cursor ${path} ${parameters.canonical(FREE)}`;
}
