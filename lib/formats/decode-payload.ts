import { gunzipSync } from 'node:zlib';
import { withoutByteOrderMark } from './encoding.ts';
import { type Format, type Payload, undecodable } from './format.ts';
import { JoinedJson } from './json/joined-json.ts';
import { elementsOf } from './json/json-elements.ts';

/** Bytes to which the gzip payloads of a record may inflate, all together. */
export const MOST_INFLATED = 10 * 1024 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Whether a payload is compressed, if its format allows that. */
export function isGzip(first: number | undefined, second: number | undefined, format: Format | undefined): boolean {
  return first === GZIP_MAGIC[0] && second === GZIP_MAGIC[1] && (format?.gzip ?? true);
}

/**
 * Decodes one payload that was not read from a shard.
 *
 * @param format default JSON
 */
export function decodePayload(payload: Uint8Array, format: Format | undefined): Payload {
  let text = payload;
  if (isGzip(payload[0], payload[1], format)) {
    try {
      text = gunzipSync(payload, { maxOutputLength: format?.mostInflated ?? MOST_INFLATED });
    } catch (error) {
      return undecodable(`not gzip: ${(error as Error).message}`, payload);
    }
  }
  if (format?.gzip ?? true) text = withoutByteOrderMark(text);
  if (text.length === 0) return undecodable('it is empty', payload);
  if (!format) return decodeJson(text);
  return format.decode(text);
}

/** One JSON value; each element of an array is one event. */
function decodeJson(text: Uint8Array): Payload {
  const joined = new JoinedJson(text.length, 1);
  joined.addBytes(text);
  const parts = joined.parse()[0] ?? [];
  return { parts, own: (part) => (parts.length === 1 ? text : (elementsOf(text)[part] as Uint8Array)) };
}
