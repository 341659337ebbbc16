/**
 * Everything that is stored bytes' meaning and not written beside them. Tables filled by earlier releases are read by these values: a
 * change needs a new {@link FORMAT} and code that reads the old one. `test/stored` holds what was stored and fails when one changes.
 */

/**
 * Written in front of entries, checkpoints and pages. What is newer is refused, never misread.
 *
 * 4: behind it stands a checksum of the item's key, and records can gain fields (`growing` in `codec.ts`).
 */
export const FORMAT = 4;
/** The oldest format that is read. */
export const OLDEST_FORMAT = 3;

/** An entry's kind is stored as its place here. */
export const ENTRY_KINDS = ['genesis', 'batch', 'idle', 'end'] as const;

/** Keys are cut into this many slots by {@link hashKey}; a checkpoint's buckets are unions of slots. */
export const SLOTS = 1024;

/** Boundaries of unaligned windows are no closer together than this, in milliseconds. */
export const LEAST_GRID = 10_000;
/** Boundaries of one gap or size. */
export const BOUNDARIES = 8;
/** Starts of unaligned windows are told apart less finely than ends. */
export const GRIDS_PER_START = 8;

/** The kinds of values in accumulators' states. */
export const VALUE_KINDS = { none: 0, number: 1, text: 2, false: 3, true: 4, json: 5, bigint: 6 } as const;
/** Powers of ten by which a number may be written as a whole one. */
export const NUMBER_SCALES: readonly number[] = [1, 10, 100, 1000];
/** HyperLogLog's registers, as a power of two. */
export const HYPERLOGLOG_BITS = 12;
/** DDSketch's relative accuracy. */
export const DDSKETCH_ACCURACY = 0.01;

/** What stands in the partition keys of items, behind the application and the task, stream or view. */
export const ITEM_PARTS = ['log', 'checkpoint', 'bucket', 'attempt', 'tasks', 'progress', 'windows', 'page', 'row'] as const;
/** As {@link ITEM_PARTS}, of items that only save work: a release may change what is in them, and without them all is found as before. */
export const NOTE_PARTS = ['merge'] as const;
/** Attributes of registered tasks that only save work, likewise. */
export const TASK_MARKS = ['stage', 'watermark', 'views'] as const;
/** The sort key of an item that is alone in its partition. */
export const ALONE = '-';
/** What stands in front of a view's name in the attribute that holds its boundary. */
export const BOUNDARY_PREFIX = 'merged:';

/** A 32-bit hash of a key (FNV-1a over UTF-16 code units with a final mix), by which checkpoints and pages are cut into buckets. */
export function hashKey(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** A 64-bit hash of a value of a kind, as two halves: two multiply-and-rotate lanes over UTF-16 units, mixed as MurmurHash3 ends. */
export function hashValue(kind: number, text: string): readonly [high: number, low: number] {
  let a = 0x9e3779b9 ^ kind;
  let b = 0x85ebca77 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = (b << 17) | (b >>> 15);
    b = (b + a) | 0;
  }
  a = mix(a ^ Math.imul(b, 0x27d4eb2f));
  b = mix(b ^ Math.imul(a, 0x165667b1));
  return [a, b];
}

function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
