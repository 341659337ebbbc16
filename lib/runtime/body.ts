import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MillraceError } from '../core/errors.ts';

/** Larger than anything Millrace writes; a corrupt length cannot ask for more. */
const MAX_BODY = 512 * 1024 * 1024;

const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };

/** Compresses an entry, bucket or page for storage, with a checksum over the content. */
export function pack(bytes: Uint8Array): Uint8Array {
  // Knowing the size, it sets up no more than it needs: a third less time for the usual entry.
  return zstdCompressSync(bytes, { params: PARAMS, pledgedSrcSize: bytes.length });
}

/**
 * Undoes {@link pack}.
 *
 * @param item names the bytes in errors
 * @throws MillraceError `corrupt` when they were cut or changed
 */
export function unpack(bytes: Uint8Array, item: string): Uint8Array {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_BODY });
  } catch (cause) {
    throw new MillraceError('corrupt', `${item} is corrupt: it cannot be decompressed`, { cause });
  }
}
