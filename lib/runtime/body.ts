import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MillraceError } from '../core/errors.ts';

/** Larger than anything Millrace writes; a corrupt length cannot ask for more. */
const MAX_BODY = 512 * 1024 * 1024;
const CHECKSUM_BYTES = 4;

const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1 };

/**
 * Compresses an entry, checkpoint or page for storage, behind a checksum (CRC-32) over its name and what is stored: bytes that were
 * changed, cut or lengthened are refused, and so are those that got into another item's place.
 *
 * @param item its name, by `item-names.ts`: {@link unpack} must be given the same
 */
export function pack(bytes: Uint8Array, item: string): Uint8Array {
  // Knowing the size, it sets up no more than it needs: a third less time for the usual entry.
  const frame = zstdCompressSync(bytes, { params: PARAMS, pledgedSrcSize: bytes.length });
  const packed = new Uint8Array(CHECKSUM_BYTES + frame.length);
  new DataView(packed.buffer).setUint32(0, checksum(frame, item), true);
  packed.set(frame, CHECKSUM_BYTES);
  return packed;
}

/**
 * Undoes {@link pack}.
 *
 * @throws MillraceError `corrupt`, naming the item, when they are not what was packed under its name
 */
export function unpack(bytes: Uint8Array, item: string): Uint8Array {
  const frame = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length <= CHECKSUM_BYTES || new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) !== checksum(frame, item)) {
    const what = 'its checksum does not match: it was changed, cut, put in the place of another, or written by an older Millrace';
    throw new MillraceError('corrupt', `${item} is corrupt: ${what}; restore the table from a backup`);
  }
  try {
    return zstdDecompressSync(frame, { maxOutputLength: MAX_BODY });
  } catch (cause) {
    throw new MillraceError('corrupt', `${item} is corrupt: it cannot be decompressed`, { cause });
  }
}

function checksum(frame: Uint8Array, item: string): number {
  return crc32(frame, crc32(item));
}
