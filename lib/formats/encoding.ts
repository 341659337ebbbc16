import { isUtf8 } from 'node:buffer';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/** How many bytes the UTF-8 byte order mark takes that a payload begins with: 3 or 0. */
export function byteOrderMark(first: number | undefined, second: number | undefined, third: number | undefined): 0 | 3 {
  return first === BYTE_ORDER_MARK[0] && second === BYTE_ORDER_MARK[1] && third === BYTE_ORDER_MARK[2] ? 3 : 0;
}

/** A payload without the byte order mark it begins with, if it does. */
export function withoutByteOrderMark(payload: Uint8Array): Uint8Array {
  const length = byteOrderMark(payload[0], payload[1], payload[2]);
  return length === 0 ? payload : payload.subarray(length);
}

/** The first bytes of payloads that are not text, and what they are. */
const BEGINNINGS: readonly (readonly [readonly number[], string])[] = [
  [[0xff, 0xfe, 0, 0], 'not UTF-8: it is UTF-32, by its byte order mark'],
  [[0, 0, 0xfe, 0xff], 'not UTF-8: it is UTF-32, by its byte order mark'],
  [[0xff, 0xfe], 'not UTF-8: it is UTF-16, by its byte order mark'],
  [[0xfe, 0xff], 'not UTF-8: it is UTF-16, by its byte order mark'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'not UTF-8: it is compressed with Zstandard; only gzip is supported'],
  [[0x1f, 0x8b], 'not UTF-8: it is compressed with gzip twice'],
  [[0x42, 0x5a, 0x68], 'not UTF-8: it is compressed with bzip2; only gzip is supported'],
  [[0x50, 0x4b, 0x03, 0x04], 'not UTF-8: it is a ZIP archive; only gzip is supported'],
  [[0x4f, 0x62, 0x6a, 0x01], 'not UTF-8: it is an Avro file; put its records one by one'],
  [[0xf3, 0x89, 0x9a, 0xc2], "not UTF-8: it is aggregated by the KPL: declare the stream with aggregation: 'kpl'"],
];

/**
 * Why a payload is not UTF-8, with the actual encoding if it can be recognised.
 *
 * @returns `undefined` when it is UTF-8
 */
export function notUtf8(payload: Uint8Array): string | undefined {
  // ASCII in UTF-16 is UTF-8 too, with a zero in every second byte.
  if (payload.length >= 2 && (payload[0] === 0) !== (payload[1] === 0)) return 'not UTF-8: it looks like UTF-16 without a byte order mark';
  if (isUtf8(payload)) return undefined;
  const known = BEGINNINGS.find(([bytes]) => bytes.every((byte, i) => payload[i] === byte));
  if (known) return known[1];
  const at = firstWrongByte(payload);
  const byte = (payload[at] as number).toString(16).padStart(2, '0');
  return `not UTF-8: byte ${at} is 0x${byte}, as it may be in ISO 8859-1 or Windows-1252`;
}

/** The length of the longest prefix that is UTF-8, found by bisection. */
function firstWrongByte(payload: Uint8Array): number {
  let [right, wrong] = [0, payload.length + 1];
  while (wrong - right > 1) {
    const middle = (right + wrong) >> 1;
    if (wholeCharacters(payload, middle) === undefined) wrong = middle;
    else right = middle;
  }
  return wholeCharacters(payload, right) ?? 0;
}

/** The length of a prefix without an incomplete last character; `undefined` if it is still not UTF-8. */
function wholeCharacters(payload: Uint8Array, length: number): number | undefined {
  return [0, 1, 2, 3].map((cut) => length - cut).find((end) => end >= 0 && isUtf8(payload.subarray(0, end)));
}

/** The text of a payload that {@link notUtf8} accepts. */
export function utf8Text(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8');
}
