import { type KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';

/** Puts records until every one was taken, and none twice. */
export async function putAll(client: KinesisClient, stream: string, records: readonly PutRecordsRequestEntry[]): Promise<void> {
  for (let from = 0; from < records.length; from += 500) {
    let left = records.slice(from, from + 500);
    while (left.length > 0) {
      const { Records = [] } = await client.send(new PutRecordsCommand({ StreamName: stream, Records: left }));
      left = left.filter((_, i) => Records[i]?.ErrorCode !== undefined);
    }
  }
}
