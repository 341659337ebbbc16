import { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  ResourceNotFoundException,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { MillraceError } from '../core/errors.ts';
import { acceptHttp2 } from './accept-http2.ts';
import { createKinesalite } from './kinesalite.ts';
import { type Address, type Listening, listen } from './listen.ts';
import { LOCAL_AWS } from './local-aws.ts';
import { outliveClients } from './outlive-clients.ts';

/** A Kinesis in this process. */
export interface KinesisServer extends Listening {
  /** a client of it, destroyed with it */
  readonly client: KinesisClient;
  /**
   * Creates a stream if it does not exist.
   *
   * @param shards number of shards of a new stream
   * @returns its ARN, and whether it was created
   */
  createStream(name: string, shards: number): Promise<{ arn: string; created: boolean }>;
}

const TIMEOUTS = { requestTimeout: 5000, throwOnRequestTimeout: true, connectionTimeout: 1000 };
/** More than any laptop needs. */
const SHARD_LIMIT = 10_000;
/** How often, and with which interval in milliseconds, to check whether a stream exists. */
const STATUS_POLLS = 200;
const STATUS_POLL = 10;

/**
 * Starts a Kinesis emulator (kinesalite).
 *
 * Acknowledged records survive the end of the process, even kill -9: LevelDB hands each write to the operating system
 * before it acknowledges. A power failure may lose the last ones.
 *
 * @param options `host`, `port` (0: any free one); `directory`: where data is stored; in memory if absent
 * @throws MillraceError `argument` if the port is not available
 *
 * @example
 * ```ts
 * const kinesis = await startKinesisServer({ host: '127.0.0.1', port: 0 });
 * await kinesis.createStream('clicks', 2);
 * await kinesis.stop();
 * ```
 */
export async function startKinesisServer(options: Address & { readonly directory?: string }): Promise<KinesisServer> {
  const { directory } = options;
  const server = createKinesalite(directory === undefined ? undefined : join(directory, 'kinesis'), SHARD_LIMIT);
  closeStoreLast(server);
  acceptHttp2(server);
  outliveClients(server);
  const listening = await listen(server, options, 'Kinesis', '--kinesis-port');
  // HTTP/1, because only its handler has these timeouts.
  const client = new KinesisClient({ ...LOCAL_AWS, endpoint: listening.url, requestHandler: new NodeHttpHandler(TIMEOUTS) });
  return {
    ...listening,
    client,
    createStream: (name, shards) => createStream(client, name, shards),
    async stop() {
      client.destroy();
      await listening.stop();
    },
  };
}

/** kinesalite closes its store before it stops accepting requests, and a request to a closed store crashes the process. */
function closeStoreLast(server: Server): void {
  const closeStore = server.close;
  server.close = (done) =>
    Server.prototype.close.call(server, () => {
      closeStore.call(server, (error) => done?.((error as NodeJS.ErrnoException)?.code === 'ERR_SERVER_NOT_RUNNING' ? undefined : error));
    }) as Server;
}

async function createStream(client: KinesisClient, name: string, shards: number): Promise<{ arn: string; created: boolean }> {
  const there = await settled(client, name);
  if (there) return { arn: there.StreamARN as string, created: false };
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  return { arn: (await settled(client, name))?.StreamARN as string, created: true };
}

/** A stream once it is active; `undefined` if there is none. */
async function settled(client: KinesisClient, name: string): Promise<StreamDescriptionSummary | undefined> {
  for (let polls = 0; polls < STATUS_POLLS; polls++) {
    try {
      const { StreamDescriptionSummary: stream } = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }));
      if (stream?.StreamStatus === 'ACTIVE' || stream?.StreamStatus === 'UPDATING') return stream;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
    await sleep(STATUS_POLL);
  }
  throw new MillraceError(
    'unavailable',
    `the local Kinesis' stream "${name}" was not created completely before its process ended: delete the data directory and start again`,
  );
}
