import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
  type _Record as KinesisRecord,
  ListShardsCommand,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { MillraceError } from '../../core/errors.ts';
import type { Instant } from '../../core/instant.ts';

/** A record as it is in a shard. */
export interface ShardRecord {
  readonly shard: string;
  readonly sequence: string;
  readonly arrival: Instant;
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** Which of a stream's records are read: those that arrived from one instant to another, which is past. */
export interface ReadRange {
  readonly from: Instant;
  readonly to: Instant;
  /** whether shards are read from their beginning all the same, as an emulator may give no answer to where an instant is in an empty one */
  readonly fromBeginning?: boolean;
  readonly signal: AbortSignal;
}

/** Kinesis allows five reads of a shard a second, and others read as well. */
const PAUSE = 250;

/**
 * A client for reading, which speaks HTTP/1 as emulators do.
 *
 * @param local where an emulator is and what it takes for credentials; without, AWS as the environment says
 */
export function createReadClient(local?: ConstructorParameters<typeof KinesisClient>[0]): KinesisClient {
  return new KinesisClient({ requestHandler: new NodeHttpHandler({ connectionTimeout: 3_000 }), ...local });
}

/**
 * Reads what a stream holds, all shards together, by arrival; within a shard in its order.
 *
 * @param stream what Kinesis calls it
 * @throws MillraceError `argument` when there is no such stream
 */
export async function* readStream(client: KinesisClient, stream: string, range: ReadRange): AsyncGenerator<ShardRecord> {
  const shards = await shardsOf(client, stream);
  const readers = shards.map((shard) => readShard(client, stream, shard, range));
  const heads = await Promise.all(readers.map(async (reader) => ({ reader, next: (await reader.next()).value })));
  for (;;) {
    const least = heads.reduce(
      (a, b) => (b.next && (!a.next || b.next.arrival < a.next.arrival) ? b : a),
      heads[0] as (typeof heads)[number],
    );
    if (!least?.next) return;
    yield least.next;
    least.next = (await least.reader.next()).value;
  }
}

async function shardsOf(client: KinesisClient, stream: string): Promise<string[]> {
  const shards: string[] = [];
  try {
    for (let token: string | undefined; ; ) {
      const page = await client.send(new ListShardsCommand(token === undefined ? { StreamName: stream } : { NextToken: token }));
      for (const { ShardId } of page.Shards ?? []) if (ShardId !== undefined) shards.push(ShardId);
      token = page.NextToken;
      if (token === undefined) return shards;
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException)
      throw new MillraceError('argument', `Kinesis has no stream "${stream}"`, { cause: error });
    throw error;
  }
}

async function* readShard(
  client: KinesisClient,
  stream: string,
  shard: string,
  { from, to, fromBeginning = false, signal }: ReadRange,
): AsyncGenerator<ShardRecord, undefined> {
  const where = { StreamName: stream, ShardId: shard };
  const start: Omit<GetShardIteratorCommandInput, 'ShardId'> =
    fromBeginning || from === Number.NEGATIVE_INFINITY
      ? { ShardIteratorType: 'TRIM_HORIZON' }
      : { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(Math.min(from, Date.now())) };
  let iterator = (await client.send(new GetShardIteratorCommand({ ...where, ...start }))).ShardIterator;
  while (iterator && !signal.aborted) {
    const at: string = iterator;
    const {
      Records = [],
      NextShardIterator,
      MillisBehindLatest,
    } = await patiently(() => client.send(new GetRecordsCommand({ ShardIterator: at })));
    for (const record of Records) {
      const read = shardRecord(shard, record);
      if (read.arrival >= to) return;
      if (read.arrival >= from) yield read;
    }
    if (MillisBehindLatest === 0 && Records.length === 0) return;
    iterator = NextShardIterator ?? undefined;
    await sleep(PAUSE);
  }
}

function shardRecord(
  shard: string,
  { SequenceNumber = '', ApproximateArrivalTimestamp, PartitionKey = '', Data }: KinesisRecord,
): ShardRecord {
  return {
    shard,
    sequence: SequenceNumber,
    arrival: ApproximateArrivalTimestamp?.getTime() ?? 0,
    partitionKey: PartitionKey,
    data: Data ?? new Uint8Array(),
  };
}

/** Retries while the read limit of the shard is exceeded. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let wait = PAUSE; ; wait = Math.min(2 * wait, 5000)) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProvisionedThroughputExceededException)) throw error;
      await sleep(wait);
    }
  }
}
