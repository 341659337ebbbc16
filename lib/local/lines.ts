import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MillraceError } from '../core/errors.ts';

/** Consecutive lines of a file. */
export interface Lines {
  /** the number of the first of these lines, from 1 */
  readonly first: number;
  /** lines without line breaks; blank ones are empty */
  readonly lines: readonly Uint8Array[];
  /** bytes of the file read so far */
  readonly bytes: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CHUNK = 1 << 20;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * Reads a file line by line, a megabyte at a time, however large it is; gzip is inflated on the way.
 *
 * @param file path, or `-` for standard input
 * @throws the file system's error if it cannot be read; MillraceError `argument` if it starts like gzip and is not gzip
 */
export async function* readLines(file: string): AsyncGenerator<Lines> {
  let first = 1;
  let bytes = 0;
  let begun: Buffer[] = [];
  for await (const chunk of inflated(file, file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK }))) {
    const lines: Uint8Array[] = [];
    let from = bytes === 0 && BYTE_ORDER_MARK.every((byte, i) => chunk[i] === byte) ? BYTE_ORDER_MARK.length : 0;
    bytes += chunk.length;
    for (let end = chunk.indexOf(LINE_FEED, from); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const rest = chunk.subarray(from, end);
      lines.push(trimmed(begun.length === 0 ? rest : Buffer.concat([...begun, rest])));
      if (begun.length > 0) begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    if (lines.length === 0) continue;
    yield { first, lines, bytes };
    first += lines.length;
  }
  if (begun.length > 0) yield { first, lines: [trimmed(Buffer.concat(begun))], bytes };
}

/** A file's bytes, inflated when it begins as gzip does. */
async function* inflated(file: string, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  })();
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* all;
    return;
  }
  try {
    yield* Readable.from(all).pipe(createGunzip({ chunkSize: CHUNK })) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new MillraceError('argument', `${file} starts like gzip but cannot be inflated: ${(cause as Error).message}`, { cause });
  }
}

/** A line without a trailing carriage return; empty if it is only white space. */
function trimmed(line: Buffer): Uint8Array {
  const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
  for (let i = 0; i < end; i++) {
    const byte = line[i] as number;
    if (byte !== 0x20 && byte !== 0x09) return line.subarray(0, end);
  }
  return line.subarray(0, 0);
}
