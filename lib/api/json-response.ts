import { formatPlainJson } from '../core/json.ts';

/** Lambda refuses answers over 6 MB; base64 and headers take their part. */
export const MAX_BODY = 4 * 1024 * 1024;

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
