import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import { pack, unpack } from '../../lib/runtime/body.ts';

const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(300))
    .map(([part, times]) => new Uint8Array(Buffer.alloc(part.length * times, part))),
);
const ITEM = 'entry 7 of clicks/shardId-000000000000';

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
      fc.property(bodies, fc.string(), (body, item) => {
        expect(Buffer.from(unpack(pack(body, item), item))).toEqual(Buffer.from(body));
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
          expect([code, message.startsWith(`${ITEM} is corrupt`)]).toEqual(['corrupt', true]);
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

  it('is refused in the place of another', () => {
    expect(refusal(pack(new Uint8Array(5), 'entry 8 of clicks/shardId-000000000000'))).toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('entry 7'),
    });
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

  // Written once by this form, so that a change of it, or of a name, does not go unseen: what is stored must stay readable.
  it('of before is read', () => {
    const stored = Buffer.from('sNI8Rii1L/0gBSkAAHBhbmVz', 'base64');
    expect(new TextDecoder().decode(unpack(stored, ITEM))).toBe('panes');
  });
});

/** CRC-32 (IEEE) of the item's name and a frame, bit by bit. */
function crc32Of(frame: Uint8Array): number {
  let crc = ~0;
  for (const byte of [...Buffer.from(ITEM), ...frame]) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
