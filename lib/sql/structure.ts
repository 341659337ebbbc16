import { createHash } from 'node:crypto';

/** Longer than any that is compared by eye, in UTF-16 units. */
const LONGEST = 1000;

/**
 * What a relation computes, as text that is equal for equal relations. A long one is its digest: one that stands in another, level
 * upon level, would grow twofold with each by its quotes alone.
 *
 * @param parts of it: names, and the structures of what it is made of
 */
export function structureText(parts: readonly unknown[]): string {
  return shortened(JSON.stringify(parts));
}

/** A structure that is text already. One in which another stands twice would double with each level. */
export function shortened(text: string): string {
  return text.length <= LONGEST ? text : createHash('sha256').update(text).digest('hex');
}

/** A structure for people to read: what was too long to keep is an ellipsis. */
export function readable(structure: string): string {
  return structure.replace(/\b[0-9a-f]{64}\b/g, '…');
}
