import { KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LOCAL_AWS } from '../../lib/local/local-aws.ts';

/** A client of the local stack's Kinesis. */
export function localKinesis(endpoint: string): KinesisClient {
  return new KinesisClient({ ...LOCAL_AWS, endpoint, requestHandler: new NodeHttpHandler() });
}

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
