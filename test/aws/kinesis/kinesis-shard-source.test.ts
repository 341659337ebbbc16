import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKinesisShardSource } from '../../../lib/aws/kinesis/kinesis-shard-source.ts';

// It has no types.
const kinesalite = createRequire(import.meta.url)('kinesalite') as (options: Record<string, number>) => Server;

const SHARD_0 = 'shardId-000000000000';
const SHARD_1 = 'shardId-000000000001';
const HALF = 2n ** 127n;

function clientAt(server: Server): KinesisClient {
  return new KinesisClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

describe('on a Kinesis in process', () => {
  const server: Server = kinesalite({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0 });
  let client: KinesisClient;

  beforeAll(async () => {
    await listen(server);
    client = clientAt(server);
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  async function active(name: string): Promise<void> {
    for (;;) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: name }));
      if (StreamDescription?.StreamStatus === 'ACTIVE') return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  async function create(name: string, shards: number) {
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
    await active(name);
    return (startingPosition: 'TRIM_HORIZON' | 'LATEST' | { timestamp: number } = 'TRIM_HORIZON') =>
      createKinesisShardSource({ client, streams: { clicks: name }, startingPosition });
  }
  async function put(name: string, hashKey: bigint): Promise<string> {
    const record = { StreamName: name, Data: Buffer.from('{}'), PartitionKey: 'k', ExplicitHashKey: String(hashKey) };
    return (await client.send(new PutRecordCommand(record))).SequenceNumber as string;
  }

  it('lists shards and their hash keys', async () => {
    const shards = (await create('listed', 2))();
    expect(await shards.list('clicks')).toEqual([
      { shard: SHARD_0, parents: [], open: true },
      { shard: SHARD_1, parents: [], open: true },
    ]);
    expect(await shards.hashRange('clicks', SHARD_0)).toEqual({ start: 0n, end: HALF - 1n });
    expect(await shards.hashRange('clicks', SHARD_1)).toEqual({ start: HALF, end: 2n ** 128n - 1n });
    await expect(shards.hashRange('clicks', 'shardId-000000000009')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('tells whether a record waits after a sequence number', async () => {
    const shards = (await create('waiting', 1))();
    expect(await shards.probe('clicks', SHARD_0, '', Date.now())).toEqual({ empty: true, millisBehindLatest: 0, drained: false });
    const first = await put('waiting', 0n);
    expect(await shards.probe('clicks', SHARD_0, '', Date.now())).toMatchObject({ empty: false, drained: false });
    const second = await put('waiting', 0n);
    expect(await shards.probe('clicks', SHARD_0, first, Date.now())).toMatchObject({ empty: false, drained: false });
    expect(await shards.probe('clicks', SHARD_0, second, Date.now())).toEqual({ empty: true, millisBehindLatest: 0, drained: false });
  });

  it('starts where the application starts', async () => {
    const source = await create('positions', 1);
    await put('positions', 0n);
    const now = Date.now();
    const empty = async (position: Parameters<typeof source>[0], since: number) =>
      (await source(position).probe('clicks', SHARD_0, '', since)).empty;
    expect(await empty('TRIM_HORIZON', now)).toBe(false);
    expect(await empty('LATEST', now)).toBe(false);
    expect(await empty({ timestamp: now - 60_000 }, now)).toBe(false);
  });

  it('knows parents, and a closed shard that was read to its end', async () => {
    const shards = (await create('resharded', 2))();
    const sequence = await put('resharded', 0n);
    await client.send(new SplitShardCommand({ StreamName: 'resharded', ShardToSplit: SHARD_0, NewStartingHashKey: String(HALF / 2n) }));
    await active('resharded');
    const merge = { StreamName: 'resharded', ShardToMerge: 'shardId-000000000003', AdjacentShardToMerge: SHARD_1 };
    await client.send(new MergeShardsCommand(merge));
    await active('resharded');
    expect(await shards.list('clicks')).toEqual([
      { shard: SHARD_0, parents: [], open: false },
      { shard: SHARD_1, parents: [], open: false },
      { shard: 'shardId-000000000002', parents: [SHARD_0], open: true },
      { shard: 'shardId-000000000003', parents: [SHARD_0], open: false },
      { shard: 'shardId-000000000004', parents: ['shardId-000000000003', SHARD_1], open: true },
    ]);
    expect(await shards.probe('clicks', SHARD_0, '', Date.now())).toMatchObject({ empty: false, drained: false });
    // The embedded Kinesis lets a shard end some milliseconds after the request that closed it.
    await expect
      .poll(() => shards.probe('clicks', SHARD_0, sequence, Date.now()), { timeout: 60_000 })
      .toMatchObject({ empty: true, drained: true });
    await expect
      .poll(() => shards.probe('clicks', SHARD_1, '', Date.now()), { timeout: 60_000 })
      .toMatchObject({ empty: true, drained: true });
    expect(await shards.probe('clicks', 'shardId-000000000004', '', Date.now())).toMatchObject({ empty: true, drained: false });
  });

  it('takes a shard that Kinesis has forgotten as drained, a stream it never had as an error', async () => {
    const shards = (await create('forgetful', 1))();
    expect(await shards.probe('clicks', 'shardId-000000000007', '', 0)).toEqual({ empty: true, millisBehindLatest: 0, drained: true });
    const none = createKinesisShardSource({ client, streams: { clicks: 'nowhere' }, startingPosition: 'LATEST' });
    await expect(none.list('clicks')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('clicks') });
    await expect(none.probe('clicks', SHARD_0, '', 0)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(none.list('other')).rejects.toMatchObject({ code: 'argument', message: expect.stringContaining('"other"') });
  });
});

describe('on scripted answers', () => {
  /** Answers requests in order with the given JSON (or error type), and keeps what was asked. */
  async function scripted<T>(answers: readonly (object | string)[], work: (client: KinesisClient) => Promise<T>) {
    const asked: { action: string; body: Record<string, unknown> }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      asked.push({
        action: String(request.headers['x-amz-target']).split('.')[1] as string,
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      const answer = answers[asked.length - 1] ?? 'InternalFailure';
      response.statusCode = typeof answer === 'string' ? 400 : 200;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(typeof answer === 'string' ? { __type: answer, message: 'scripted' } : answer));
    });
    await listen(server);
    const client = clientAt(server);
    try {
      return { result: await work(client).catch((error: unknown) => error), asked };
    } finally {
      client.destroy();
      server.close();
    }
  }
  const source = (client: KinesisClient, stream = 'physical') =>
    createKinesisShardSource({ client, streams: { clicks: stream }, startingPosition: 'TRIM_HORIZON' });
  const iterator = { ShardIterator: 'i' };
  const empty = (millis: number, next: string | null = 'n') => ({ Records: [], MillisBehindLatest: millis, NextShardIterator: next });

  it('pages through a listing, naming the stream only once, by ARN if it has one', async () => {
    const arn = 'arn:aws:kinesis:us-east-1:123456789012:stream/physical';
    const { result, asked } = await scripted(
      [
        { Shards: [{ ShardId: SHARD_0, SequenceNumberRange: { StartingSequenceNumber: '1' } }], NextToken: 'more' },
        { Shards: [{ ShardId: SHARD_1, SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' } }] },
      ],
      (client) => source(client, arn).list('clicks'),
    );
    expect(result).toEqual([
      { shard: SHARD_0, parents: [], open: true },
      { shard: SHARD_1, parents: [], open: false },
    ]);
    expect(asked.map(({ body }) => body)).toEqual([{ StreamARN: arn }, { NextToken: 'more' }]);
  });

  it.each([
    ['TRIM_HORIZON', { ShardIteratorType: 'TRIM_HORIZON' }],
    // A quarter of an hour before 2026-01-01T00:00:00Z; timestamps are seconds on the wire.
    ['LATEST', { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 1_767_224_700 }],
    [{ timestamp: 1_767_000_000_500 }, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: 1_767_000_000.5 }],
  ] as const)('a shard of which nothing was taken is read from the start: %j', async (startingPosition, expected) => {
    const { asked } = await scripted([iterator, empty(0)], (client) =>
      createKinesisShardSource({ client, streams: { clicks: 'physical' }, startingPosition }).probe(
        'clicks',
        SHARD_0,
        '',
        1_767_225_600_000,
      ),
    );
    expect(asked[0]?.body).toEqual({ StreamName: 'physical', ShardId: SHARD_0, ...expected });
  });

  it('never asks for an instant to come', async () => {
    const { asked } = await scripted([iterator, empty(0)], (client) =>
      createKinesisShardSource({ client, streams: { clicks: 'physical' }, startingPosition: { timestamp: 4e12 } }).probe(
        'clicks',
        SHARD_0,
        '',
        0,
      ),
    );
    expect(asked[0]?.body.Timestamp).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('goes on while an empty answer is behind', async () => {
    const { result, asked } = await scripted([iterator, empty(5000), empty(200), empty(0)], (c) =>
      source(c).probe('clicks', SHARD_0, '5', 0),
    );
    expect(result).toEqual({ empty: true, millisBehindLatest: 0, drained: false });
    expect(asked.map(({ action }) => action)).toEqual(['GetShardIterator', 'GetRecords', 'GetRecords', 'GetRecords']);
    expect(asked[0]?.body).toMatchObject({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '5' });
  });

  it('gives up being behind after a few reads, without a proof', async () => {
    const { result } = await scripted([iterator, ...Array(9).fill(empty(7000))], (c) => source(c).probe('clicks', SHARD_0, '5', 0));
    expect(result).toEqual({ empty: true, millisBehindLatest: 7000, drained: false });
  });

  it('takes no answer about the distance as no proof', async () => {
    const { result } = await scripted([iterator, ...Array(9).fill({ Records: [], NextShardIterator: 'n' })], (c) =>
      source(c).probe('clicks', SHARD_0, '5', 0),
    );
    expect(result).toMatchObject({ millisBehindLatest: Number.POSITIVE_INFINITY });
  });

  it('makes a new iterator once when one has expired', async () => {
    const once = await scripted([iterator, 'ExpiredIteratorException', iterator, empty(0)], (c) =>
      source(c).probe('clicks', SHARD_0, '5', 0),
    );
    expect(once.result).toEqual({ empty: true, millisBehindLatest: 0, drained: false });
    const twice = await scripted([iterator, 'ExpiredIteratorException', iterator, 'ExpiredIteratorException'], (c) =>
      source(c).probe('clicks', SHARD_0, '5', 0),
    );
    expect(twice.result).toMatchObject({ code: 'unavailable' });
  });

  it('reads from the oldest record when the sequence number was trimmed', async () => {
    const { result, asked } = await scripted(['InvalidArgumentException', iterator, empty(0)], (c) =>
      source(c).probe('clicks', SHARD_0, '5', 0),
    );
    expect(result).toMatchObject({ empty: true });
    expect(asked[1]?.body).toMatchObject({ ShardIteratorType: 'TRIM_HORIZON' });
  });

  it.each(['ProvisionedThroughputExceededException', 'LimitExceededException', 'AccessDeniedException'])(
    'says unavailable for %s',
    async (name) => {
      const { result } = await scripted([iterator, name], (c) => source(c).probe('clicks', SHARD_0, '5', 0));
      expect(result).toMatchObject({ code: 'unavailable', message: expect.stringContaining(name) });
    },
  );
});
