import { leastWatermark } from '../merge.ts';
import { viewsOf } from '../runtime.ts';
import type { StreamHealth } from './query.ts';
import { look, type Reader } from './reader.ts';

/** How each stream is doing, shard by shard. Reads no panes. */
export async function readHealth(reader: Reader): Promise<StreamHealth[]> {
  const { runtime } = reader;
  return Promise.all(
    runtime.plan.streams.map(async ({ name }) => {
      const { states, mergedThrough } = await look(reader, runtime.store, name, 'none', () => true);
      return {
        stream: name,
        shards: Array.from(states, ([shard, { index, sequence, watermark, lastArrival, events, late, dead, ended }]) => ({
          shard,
          index,
          sequence,
          watermark,
          lastArrival,
          events,
          late,
          dead,
          ended,
        })),
        watermark: leastWatermark(states),
        views: viewsOf(runtime, name).map((view) => ({
          view: view.name,
          mergedThrough: mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY,
        })),
      };
    }),
  );
}
