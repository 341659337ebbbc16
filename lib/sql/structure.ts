import { createHash } from 'node:crypto';

/** Longer than any text that people compare, in UTF-16 units. */
const LONGEST = 1000;

/**
 * The canonical text of a relation, equal for equal relations. A long text is replaced by its digest. Otherwise each level of
 * nesting would double it by quoting alone.
 *
 * @param parts its parts: names, and the structures of its inputs
 */
export function structureText(parts: readonly unknown[]): string {
  return shortened(JSON.stringify(parts));
}

/** The same for a structure that is already text, which would double per level if it contained another one twice. */
export function shortened(text: string): string {
  return text.length <= LONGEST ? text : createHash('sha256').update(text).digest('hex');
}

/** A structure for people to read, with an ellipsis for digests. */
export function readable(structure: string): string {
  return structure.replace(/\b[0-9a-f]{64}\b/g, '…');
}
