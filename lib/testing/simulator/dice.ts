import type { Random } from '../../dsl/generator.ts';
import { createRandom } from '../../local/random.ts';

/** Random values per run and purpose: the draws of one purpose do not affect those of another. */
export type Dice = Random;

/** @param purpose any text */
export function diceFor(seed: number, purpose: string): Dice {
  return createRandom(mix(seed, purpose));
}

/** A number from 0 to below 1 that depends only on the arguments. */
export function hashed(seed: number, purpose: string, ordinal: number): number {
  return (finish(mix(seed, purpose) + Math.imul(ordinal + 1, 0x9e3779b1)) >>> 0) / 2 ** 32;
}

/** FNV-1a over the text, from a place the seed tells. */
function mix(seed: number, text: string): number {
  let hash = finish(seed + 0x811c9dc5);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return finish(hash);
}

/** The finalizer of MurmurHash3 (Appleby). */
function finish(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
