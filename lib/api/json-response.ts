import { formatPlainJson } from '../core/json.ts';

/** Bytes of an answer that Lambda takes: the JSON of the answer as a text within JSON, with status and headers. */
export const MAX_ANSWER = 6 * 1024 * 1024;
const MOST_BYTES = MAX_ANSWER - 64 * 1024;

/** Whether an answer of JSON can be sent: every quote in it takes two bytes. */
export function fits(body: string): boolean {
  // Escapes only ever make it longer, up to sixfold.
  if (body.length > MOST_BYTES) return false;
  return body.length * 6 <= MOST_BYTES || Buffer.byteLength(JSON.stringify(body)) <= MOST_BYTES;
}

/**
 * An answer of JSON.
 *
 * @param body what to send, or its JSON
 */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(typeof body === 'string' ? body : formatPlainJson(body), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  });
}
