import type { AsOf } from './query.ts';

/** The combination of two positions in a view: everything that either of the two readers has seen. */
export function furthest(known: AsOf | undefined, { tasks, mergedThrough }: AsOf): AsOf {
  if (!known) return { tasks, mergedThrough };
  const all = new Map(Object.entries(known.tasks));
  for (const [shard, index] of Object.entries(tasks)) all.set(shard, Math.max(all.get(shard) ?? 0, index));
  return { tasks: Object.fromEntries(all), mergedThrough: Math.max(known.mergedThrough, mergedThrough) };
}
