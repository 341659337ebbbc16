import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { HEADER_BYTES } from '../core/codec.ts';
import { MillraceError } from '../core/errors.ts';
import type { ItemName } from './item-names.ts';

/** Larger than anything Millrace writes, so that a corrupt length cannot allocate more. */
const MAX_BODY = 512 * 1024 * 1024;
const CHECKSUM_BYTES = 4;
/** The first format with a checksum of the item's key behind its first byte. */
const KEYED_FORMAT = 4;

const PARAMS = { [constants.ZSTD_c_compressionLevel]: 1 };

/**
 * Compresses an entry, checkpoint or page for storage. A checksum (CRC-32) of its name and content precedes it, and its header gets a
 * checksum of its key. Bytes that were changed, cut, extended or moved to another item are rejected when they are read.
 *
 * @param bytes made by `encode`; their header is completed in place
 * @param item {@link unpack} must be given the same
 */
export function pack(bytes: Uint8Array, item: ItemName): Uint8Array {
  viewOf(bytes).setUint32(1, crc32(item.key), true);
  // A known size lets zlib allocate only what it needs, which takes a third less time for a typical entry.
  const frame = zstdCompressSync(bytes, { params: PARAMS, pledgedSrcSize: bytes.length });
  const packed = new Uint8Array(CHECKSUM_BYTES + frame.length);
  viewOf(packed).setUint32(0, checksum(frame, item), true);
  packed.set(frame, CHECKSUM_BYTES);
  return packed;
}

/** The approximate size of the output of {@link pack}, in bytes. */
export function packedSize(bytes: Uint8Array): number {
  return CHECKSUM_BYTES + zstdCompressSync(bytes, { params: PARAMS, pledgedSrcSize: bytes.length }).length;
}

/**
 * Reverses {@link pack}, also for formats without a checksum of the key.
 *
 * @throws MillraceError `corrupt`, naming the item, if the bytes are not those that were packed under its name and key
 */
export function unpack(bytes: Uint8Array, item: ItemName): Uint8Array {
  const frame = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length <= CHECKSUM_BYTES || viewOf(bytes).getUint32(0, true) !== checksum(frame, item)) throw misplaced(item);
  let body: Uint8Array;
  try {
    body = zstdDecompressSync(frame, { maxOutputLength: MAX_BODY });
  } catch (cause) {
    throw new MillraceError('corrupt', `${item.name} is corrupt: it cannot be decompressed`, { cause });
  }
  const isKeyed = body.length >= HEADER_BYTES && (body[0] as number) >= KEYED_FORMAT;
  if (isKeyed && viewOf(body).getUint32(1, true) !== crc32(item.key)) throw misplaced(item);
  return body;
}

function misplaced({ name }: ItemName): MillraceError {
  const what = 'its checksum does not match: it was changed, truncated or copied from another item';
  return new MillraceError('corrupt', `${name} is corrupt: ${what}; restore the table from a backup`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(frame: Uint8Array, { name }: ItemName): number {
  return crc32(frame, crc32(name));
}
