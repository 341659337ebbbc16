import { formatPlainJson } from '../core/json.ts';

/** Maximum bytes of a Lambda response: the answer's JSON as a text within JSON, with status and headers. */
export const MAX_ANSWER = 6 * 1024 * 1024;
const MOST_BYTES = MAX_ANSWER - 64 * 1024;

/** Whether a JSON answer can be sent, given that each quote in it takes two bytes. */
export function fits(body: string): boolean {
  // Escapes can only make it longer, by at most a factor of six.
  if (body.length > MOST_BYTES) return false;
  return body.length * 6 <= MOST_BYTES || Buffer.byteLength(JSON.stringify(body)) <= MOST_BYTES;
}

/**
 * A JSON response.
 *
 * @param body the value, or its JSON
 */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(typeof body === 'string' ? body : formatPlainJson(body), {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
  });
}
