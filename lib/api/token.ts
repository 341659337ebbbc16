import { createHash } from 'node:crypto';

const DIGEST_BYTES = 9;

/**
 * Encodes bytes as an opaque token that is bound to a context: base64url of a checksum and the bytes. The checksum
 * detects tokens that were altered or used elsewhere; it is not a secret and not a signature.
 *
 * @param context must be equal in {@link openToken}
 */
export function sealToken(bytes: Uint8Array, context: string): string {
  return Buffer.concat([digest(bytes, context), bytes]).toString('base64url');
}

/** The bytes of a token; `undefined` if it was altered, truncated or made in another context. */
export function openToken(token: string, context: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  // The last character has unused bits, so only the exact original text is accepted.
  if (bytes.length < DIGEST_BYTES || bytes.toString('base64url') !== token) return undefined;
  const body = bytes.subarray(DIGEST_BYTES);
  return digest(body, context).equals(bytes.subarray(0, DIGEST_BYTES)) ? body : undefined;
}

function digest(bytes: Uint8Array, context: string): Buffer {
  return createHash('sha256').update(context).update('\0').update(bytes).digest().subarray(0, DIGEST_BYTES);
}
