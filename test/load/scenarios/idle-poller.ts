/** An event source whose shards have nothing, looked at again and again. */
import { GetRecordsCommand, type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { startEventSource } from '../../../lib/local/event-source-poller.ts';
import { PollerCheckpoint } from '../../../lib/local/poller-checkpoint.ts';
import { heap } from '../load-world.ts';

const SHARDS = 8;
const FEW = 1000;
const MANY = 11_000;

let lists = 0;
const reached: { count: number; resolve: () => void }[] = [];
const client = {
  async send(command: object) {
    if (command instanceof GetRecordsCommand) return { Records: [], NextShardIterator: 'next', MillisBehindLatest: 0 };
    if (!(command instanceof ListShardsCommand)) return { ShardIterator: 'first' };
    lists++;
    while (reached[0] && lists >= reached[0].count) reached.shift()?.resolve();
    return { Shards: Array.from({ length: SHARDS }, (_, i) => ({ ShardId: `shard-${i}` })) };
  },
} as unknown as KinesisClient;
const after = (count: number): Promise<void> => new Promise((resolve) => reached.push({ count, resolve }));

const poller = startEventSource({
  client,
  stream: 'events',
  arn: 'arn',
  functionName: 'aggregate',
  handler: async () => ({ batchItemFailures: [] }),
  checkpoint: await PollerCheckpoint.open(undefined),
  pollInterval: 1000,
  listInterval: 0,
});
await after(FEW);
const few = heap();
await after(MANY);
const many = heap();
await poller.stop();
console.log(JSON.stringify({ grown: many - few, lists: MANY - FEW }));
