import { createHash } from 'node:crypto';

const DIGEST_BYTES = 9;

/**
 * Makes opaque text of bytes that come back later, bound to where they may: base64url of a checksum and the bytes. It
 * tells what was altered or used elsewhere; it is no secret and no signature.
 *
 * @param context what {@link openToken} must be given as well
 */
export function sealToken(bytes: Uint8Array, context: string): string {
  return Buffer.concat([digest(bytes, context), bytes]).toString('base64url');
}

/** The bytes of a token; `undefined` when it was altered, cut or made in another context. */
export function openToken(token: string, context: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // Spare bits of the last character are not in the bytes: only the very text that was given out will do.
  if (bytes.length < DIGEST_BYTES || bytes.toString('base64url') !== token) return undefined;
  const body = bytes.subarray(DIGEST_BYTES);
  return digest(body, context).equals(bytes.subarray(0, DIGEST_BYTES)) ? body : undefined;
}

function digest(bytes: Uint8Array, context: string): Buffer {
  return createHash('sha256').update(context).update('\0').update(bytes).digest().subarray(0, DIGEST_BYTES);
}
