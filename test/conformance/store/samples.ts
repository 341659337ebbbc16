import type { StoredEntry } from '../../../lib/store/ports.ts';

export const DAY = 86_400_000;
export const T0 = Date.parse('2026-03-01T12:00:00Z');
export const KB = 1024;

/** An entry of a log, as it is stored. */
export function entry(index: number, change: Partial<StoredEntry> = {}): StoredEntry {
  return {
    index,
    nonce: `nonce-${index}`,
    body: bytes(10, 1),
    committedAt: T0 + index,
    expiresAt: T0 + 30 * DAY,
    late: 0,
    dead: 0,
    ...change,
  };
}

/** Bytes that differ with `seed` and do not repeat soon. */
export function bytes(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed * 13) & 0xff);
}

/** Whether bytes are those expected: quicker than `toEqual` where there are many. */
export function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
