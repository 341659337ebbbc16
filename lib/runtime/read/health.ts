import { viewsOf } from '../runtime.ts';
import type { StreamHealth } from './query.ts';
import type { Reader } from './reader.ts';
import { readAtOnce } from './reading.ts';

/** How each stream is doing, shard by shard. Reads no panes. */
export async function readHealth(reader: Reader): Promise<StreamHealth[]> {
  const { runtime } = reader;
  return readAtOnce(reader, new Map(), (reading) =>
    Promise.all(
      runtime.plan.streams.map(async ({ name }) => {
        const { tails, mergedThrough, watermark: least } = await reading.stream(name);
        return {
          stream: name,
          shards: tails.map(({ task: { shard }, state: { index, sequence, watermark, lastArrival, events, late, dead, ended } }) => ({
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
          watermark: least,
          views: viewsOf(runtime, name).map((view) => ({
            view: view.name,
            mergedThrough: mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY,
          })),
        };
      }),
    ),
  );
}
