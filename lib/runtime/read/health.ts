import type { NotedRefusal } from '../../store/ports.ts';
import { taskId, viewsOf } from '../runtime.ts';
import type { ShardHealth, StreamHealth } from './query.ts';
import type { Reader } from './reader.ts';
import { readAtOnce } from './reading.ts';

/** How each stream is doing, shard by shard. Reads no panes. */
export async function readHealth(reader: Reader): Promise<StreamHealth[]> {
  const { runtime } = reader;
  return readAtOnce(reader, new Map(), (reading) =>
    Promise.all(
      runtime.plan.streams.map(async ({ name }) => {
        // The notes are read first: what was committed since outdates them.
        const refusals = await reading.store.tasks.refusals(taskId(runtime, name, ''));
        const { tails, mergedThrough, watermark: least } = await reading.stream(name);
        return {
          stream: name,
          shards: tails.map(
            ({ task: { shard }, state: { index, sequence, watermark, lastArrival, events, late, dead, duplicates, ended } }) => ({
              shard,
              index,
              sequence,
              watermark,
              lastArrival,
              events,
              late,
              dead,
              duplicates,
              ended,
              ...standstill(refusals.get(shard), sequence, ended),
            }),
          ),
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

/** A refusal is over once the task has gone on from where it was refused. */
function standstill(refusal: NotedRefusal | undefined, sequence: string, ended: boolean): Pick<ShardHealth, 'refusal'> {
  return !ended && refusal?.after === sequence ? { refusal } : {};
}
