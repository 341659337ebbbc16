import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';

const READ_AT_ONCE = 1000;
/** Maximum number of empty reads: an empty shard looks like one whose records have all expired. */
const MOST_READS = 100;

/**
 * Deletes records past a stream's retention. kinesalite deletes them only when they are read, and processed records
 * are not read again, so a generator would fill the disk.
 *
 * @param signal stops it between two reads
 */
export async function trimStream(client: KinesisClient, stream: string, signal: AbortSignal): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  for (const { ShardId } of Shards) {
    const first = await client.send(new GetShardIteratorCommand({ StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    let iterator = first.ShardIterator;
    for (let reads = 0; iterator && reads < MOST_READS && !signal.aborted; reads++) {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: READ_AT_ONCE }));
      // A record that is read is within the retention, and so are all records after it.
      if (answer.Records?.length) break;
      iterator = answer.NextShardIterator;
    }
  }
}
