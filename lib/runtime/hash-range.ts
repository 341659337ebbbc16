import { createHash } from 'node:crypto';
import type { HoldsKey } from '../core/partition-key.ts';
import type { Runtime } from './runtime.ts';
import type { HashRange } from './shard-source.ts';

/** How many partition keys are remembered whose hash was computed. */
const REMEMBERED_KEYS = 20_000;

/**
 * Tells whether partition keys hash into a range: their MD5, as a number, is in it. Each key is hashed once, as long as it is remembered.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 * @example
 * ```ts
 * hashesInto({ start: 0n, end: 2n ** 127n - 1n })('a'); // true: the MD5 of "a" begins with 0c
 * ```
 */
export function hashesInto({ start, end }: HashRange): HoldsKey {
  const [first, last] = [hex(start), hex(end)];
  const known = new Map<string, boolean>();
  return (partitionKey) => {
    let holds = known.get(partitionKey);
    if (holds === undefined) {
      if (known.size >= REMEMBERED_KEYS) known.clear();
      const hash = createHash('md5').update(partitionKey).digest('hex');
      holds = hash >= first && hash <= last;
      known.set(partitionKey, holds);
    }
    return holds;
  };
}

function hex(hashKey: bigint): string {
  return hashKey.toString(16).padStart(32, '0');
}

/**
 * Which partition keys belong to a shard.
 *
 * @returns `undefined` if the source has no partition keys
 * @throws MillraceError `unavailable` if the shard's hash keys cannot be read at the moment
 */
export async function holdsKeyOf({ shards, holdsKey }: Runtime, stream: string, shard: string): Promise<HoldsKey | undefined> {
  if (!shards.hashRange) return undefined;
  const name = `${stream}/${shard}`;
  const known = holdsKey.get(name) ?? hashesInto(await shards.hashRange(stream, shard));
  holdsKey.set(name, known);
  return known;
}
