import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import { FORMAT } from '../../lib/core/stored.ts';
import { pack, unpack } from '../../lib/runtime/body.ts';
import { bucketName, entryName } from '../../lib/runtime/item-names.ts';

/** Bodies as `encode` makes them: a format, room for a checksum, and anything. */
const bodies = fc
  .oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(300))
      .map(([part, times]) => new Uint8Array(Buffer.alloc(part.length * times, part))),
  )
  .map(bodyOf);
const TASK = { application: 'shop', stream: 'clicks', shard: 'shardId-000000000000' };
const ITEM = entryName(TASK, 7);

function bodyOf(rest: Uint8Array): Uint8Array {
  return new Uint8Array([FORMAT, 0, 0, 0, 0, ...rest]);
}

function refusal(bytes: Uint8Array, item = ITEM): { code: string; message: string } {
  try {
    unpack(bytes, item);
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error;
  }
  return { code: 'none', message: 'it was taken' };
}

describe('a packed item', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(bodies, fc.string(), (body, id) => {
        const item = bucketName(TASK, id);
        const { 0: format, length } = body;
        const back = unpack(pack(body, item), item);
        expect([back[0], back.length, Buffer.from(back.subarray(5))]).toEqual([format, length, Buffer.from(body.subarray(5))]);
      }),
    );
  });

  it('is refused by name with any bit changed, cut anywhere, or with more behind it', () => {
    fc.assert(
      fc.property(bodies, fc.uint8Array({ minLength: 1, maxLength: 5 }), (body, more) => {
        const packed = pack(body, ITEM);
        const spoilt: Uint8Array[] = [Buffer.concat([packed, more]), Buffer.concat([packed, packed])];
        for (let i = 0; i < packed.length; i++) {
          spoilt.push(packed.subarray(0, i));
          for (let bit = 0; bit < 8; bit++) {
            const changed = Buffer.from(packed);
            changed.writeUInt8(changed.readUInt8(i) ^ (1 << bit), i);
            spoilt.push(changed);
          }
        }
        for (const bytes of spoilt) {
          const { code, message } = refusal(bytes);
          expect([code, message.startsWith(`${ITEM.name} is corrupt`)]).toEqual(['corrupt', true]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is refused with any two of its bytes or halves swapped', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.nat(), (body, one, two) => {
        const packed = pack(body, ITEM);
        const swapped = Buffer.from(packed);
        const [i, j] = [one % packed.length, two % packed.length];
        swapped.writeUInt8(packed[i] as number, j);
        swapped.writeUInt8(packed[j] as number, i);
        for (const bytes of [swapped, Buffer.concat([packed.subarray(i), packed.subarray(0, i)])]) {
          if (!bytes.equals(packed)) expect(refusal(bytes).code).toBe('corrupt');
        }
      }),
    );
  });

  it('is refused in the place of another, be it of the same name in another application', () => {
    const others = [entryName(TASK, 8), entryName({ ...TASK, application: 'test' }, 7), entryName({ ...TASK, shard: 'a' }, 7)];
    for (const other of others) {
      expect(refusal(pack(bodyOf(new Uint8Array(5)), other))).toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining('entry 7'),
      });
    }
  });

  it('is told from a corrupt one by code of format 3, which looks at a checksum over the name and then at the first byte', () => {
    const packed = pack(bodyOf(new Uint8Array([1, 2, 3])), ITEM);
    const frame = packed.subarray(4);
    expect(new DataView(packed.buffer).getUint32(0, true)).toBe(crc32Of(frame));
    expect(zstdDecompressSync(frame)[0]).toBe(4);
  });

  it('is refused when its checksum was made to fit what cannot be decompressed, or more than is ever written', () => {
    const forged = (frame: Uint8Array): Uint8Array => {
      const bytes = Buffer.concat([new Uint8Array(4), frame]);
      bytes.writeUInt32LE(crc32Of(frame), 0);
      return bytes;
    };
    expect(refusal(forged(new Uint8Array([1, 2, 3])))).toMatchObject({ code: 'corrupt', message: expect.stringContaining('decompressed') });
    expect(refusal(forged(zstdCompressSync(new Uint8Array(513 * 1024 * 1024))))).toMatchObject({ code: 'corrupt' });
  });
});

/** CRC-32 (IEEE) of the item's name and a frame, bit by bit. */
function crc32Of(frame: Uint8Array): number {
  let crc = ~0;
  for (const byte of [...Buffer.from(ITEM.name), ...frame]) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
