import { KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { clientOptions } from './endpoint.ts';

/** The most one request may have. */
const AT_ONCE = 500;

/** Puts records in order. @returns the shards they went to, in their order */
export async function putRecords(endpoint: string, stream: string, records: readonly PutRecordsRequestEntry[]): Promise<string[]> {
  // The emulator speaks HTTP/1 only.
  const client = new KinesisClient({ ...clientOptions(endpoint), requestHandler: new NodeHttpHandler() });
  const shards: string[] = [];
  for (let i = 0; i < records.length; i += AT_ONCE) {
    const { Records = [] } = await client.send(
      new PutRecordsCommand({ StreamName: stream, Records: records.slice(i, i + AT_ONCE) as PutRecordsRequestEntry[] }),
    );
    for (const { ShardId, ErrorCode, ErrorMessage } of Records) {
      if (ShardId === undefined) throw new Error(`${stream} refused a record: ${ErrorCode}: ${ErrorMessage}`);
      shards.push(ShardId);
    }
  }
  client.destroy();
  return shards;
}

/** Puts events as JSON, each by its partition key. */
export async function putEvents<E extends object>(
  endpoint: string,
  stream: string,
  events: readonly E[],
  partitionKey: keyof E,
): Promise<string[]> {
  const records = events.map((event) => ({ Data: Buffer.from(JSON.stringify(event)), PartitionKey: String(event[partitionKey]) }));
  return putRecords(endpoint, stream, records);
}
