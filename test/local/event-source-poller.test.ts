import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeStreamSummaryCommand, type KinesisClient, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventSourceMapping, type Poller, ready, startEventSource } from '../../lib/local/event-source-poller.ts';
import { outcomeOf } from '../../lib/local/invocation.ts';
import { type KinesisServer, startKinesisServer } from '../../lib/local/kinesis-server.ts';
import { PollerCheckpoint } from '../../lib/local/poller-checkpoint.ts';

let kinesis: KinesisServer;
let directory: string;
let streams = 0;

beforeAll(async () => {
  kinesis = await startKinesisServer({ host: '127.0.0.1', port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterAll(async () => {
  await kinesis.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A stream of its own, and a mapping that remembers what was delivered and taken. */
async function mapped(shards: number, options: Partial<EventSourceMapping> & { fails?: (values: string[]) => boolean } = {}) {
  const stream = `stream-${++streams}`;
  const { arn } = await kinesis.createStream(stream, shards);
  const batches: { shard: string; values: string[] }[] = [];
  const events: KinesisStreamEvent[] = [];
  const taken: Record<string, string[]> = {};
  const { fails = () => false, ...rest } = options;
  const at = new Map<string, number>();
  const mapping: EventSourceMapping = {
    client: kinesis.client,
    stream,
    arn,
    functionName: 'shop-aggregate',
    checkpoint: await PollerCheckpoint.open(undefined),
    pollInterval: 10,
    async handler(event) {
      events.push(event);
      const shard = event.Records[0]?.eventID.split(':')[0] as string;
      at.set(shard, (at.get(shard) ?? 0) + 1);
      expect(at.get(shard), `${shard} at a time`).toBe(1);
      const values = event.Records.map(({ kinesis: { data } }) => Buffer.from(data, 'base64').toString());
      batches.push({ shard, values });
      await new Promise((resolve) => setTimeout(resolve, 1));
      at.set(shard, (at.get(shard) ?? 0) - 1);
      if (fails(values)) throw new Error('no');
      taken[shard] = [...(taken[shard] ?? []), ...values];
      return { batchItemFailures: [] };
    },
    ...rest,
  };
  return { mapping, batches, events, taken, put: (values: readonly (string | Buffer)[]) => put(stream, values) };
}

async function put(stream: string, values: readonly (string | Buffer)[]): Promise<string[]> {
  const Records = values.map((value) => ({ PartitionKey: String(value).slice(0, 20), Data: Buffer.from(value) }));
  const { Records: results = [] } = await kinesis.client.send(new PutRecordsCommand({ StreamName: stream, Records }));
  return results.map(({ ShardId }) => ShardId as string);
}

/** Waits, as long as a test may take, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A client that counts the answers to what it asks by name: how a test knows how far a poller is. */
function counting(client: KinesisClient) {
  const answered: Record<string, number> = {};
  const records = { read: 0 };
  const send = async (command: Parameters<KinesisClient['send']>[0]) => {
    const answer: unknown = await client.send(command);
    const { name } = command.constructor;
    answered[name] = (answered[name] ?? 0) + 1;
    records.read += (answer as { Records?: unknown[] }).Records?.length ?? 0;
    return answer;
  };
  return { client: { send } as unknown as KinesisClient, answered, records };
}

async function during(poller: Poller, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await poller.stop();
  }
}

const letters = (count: number): string[] => Array.from({ length: count }, (_, i) => `v${i}`);
const count = (taken: Record<string, string[]>): number => Object.values(taken).flat().length;

describe('an event source', () => {
  it('delivers every shard in order, one invocation of a shard at a time, in events as Lambda makes them', async () => {
    const { mapping, taken, put, events } = await mapped(3);
    const values = letters(300);
    const begun = Date.now();
    await during(startEventSource({ ...mapping, batchSize: 7 }), async () => {
      const shards: string[] = [];
      for (let i = 0; i < values.length; i += 50) shards.push(...(await put(values.slice(i, i + 50))));
      await until(() => count(taken) === 300);
      for (const shard of new Set(shards)) expect(taken[shard]).toEqual(values.filter((_, i) => shards[i] === shard));
    });
    expect(Math.max(...events.map(({ Records }) => Records.length))).toBe(7);
    expect(events[0]?.Records[0]).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: expect.stringMatching(/^v\d+$/),
        sequenceNumber: expect.stringMatching(/^\d{56}$/),
        data: expect.any(String),
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: expect.stringMatching(/^shardId-\d{12}:\d{56}$/),
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: expect.stringContaining('arn:aws:iam::'),
      awsRegion: 'us-east-1',
      eventSourceARN: mapping.arn,
    });
    // In seconds.
    const arrival = events[0]?.Records[0]?.kinesis.approximateArrivalTimestamp as number;
    expect(arrival).toBeGreaterThanOrEqual(begun / 1000);
    expect(arrival).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it('waits for a window', async () => {
    const { mapping, batches, put } = await mapped(1);
    const { client, records } = counting(mapping.client);
    await put(['a']);
    // Longer than a test may take: what ends the window is that the batch is full.
    await during(startEventSource({ ...mapping, client, batchSize: 2, batchWindow: 3_600_000 }), async () => {
      await until(() => records.read === 1);
      await put(['b']);
      await until(() => batches.length === 1);
      expect(batches[0]?.values).toEqual(['a', 'b']);
    });
  });

  it('cuts at the payload limit', async () => {
    const { mapping, batches, put } = await mapped(1);
    // Five records of 1 MB are 6.7 MB in base64.
    for (const fill of ['c', 'd', 'e', 'f', 'g']) await put([Buffer.alloc(1_000_000, fill)]);
    await during(startEventSource({ ...mapping, batchWindow: 3000 }), async () => {
      await until(() => batches.length === 2);
      expect(batches.map(({ values }) => values.length)).toEqual([4, 1]);
    });
  });

  it('halves a batch that fails until the bad record stands alone, and tries that for ever', async () => {
    let broken = true;
    const errors: unknown[] = [];
    const { mapping, batches, taken, put } = await mapped(1, {
      fails: (values) => broken && values.includes('v5'),
      onError: (error) => errors.push(error),
    });
    await put(letters(8));
    await during(startEventSource(mapping), async () => {
      await until(() => batches.filter(({ values }) => values.join() === 'v5').length >= 2);
      expect(taken['shardId-000000000000']).toEqual(letters(5));
      broken = false;
      await until(() => count(taken) === 8);
    });
    expect(taken['shardId-000000000000']).toEqual(letters(8));
    expect(errors[0]).toMatchObject({ message: 'no' });
  });

  it('delivers again from the lowest failed item on', async () => {
    const seen: string[][] = [];
    const { mapping, put } = await mapped(1, {
      async handler(event) {
        seen.push(event.Records.map(({ kinesis: { data } }) => Buffer.from(data, 'base64').toString()));
        const at = (i: number) => ({ itemIdentifier: event.Records[i]?.kinesis.sequenceNumber as string });
        return { batchItemFailures: seen.length === 1 ? [at(3), at(2)] : [] };
      },
    });
    await put(letters(5));
    await during(startEventSource(mapping), () => until(() => seen.length === 2));
    expect(seen).toEqual([letters(5), ['v2', 'v3', 'v4']]);
  });

  it('gives a function that does not answer a time, then delivers again', async () => {
    const errors: string[] = [];
    let calls = 0;
    const { mapping, put } = await mapped(1, {
      onError: (error) => errors.push((error as Error).message),
      handler: (_, context) => {
        expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
        return ++calls === 1 ? new Promise(() => {}) : Promise.resolve({ batchItemFailures: [] });
      },
    });
    await put(['a']);
    await during(startEventSource({ ...mapping, timeout: 50 }), () => until(() => calls === 2));
    expect(errors).toEqual(['shop-aggregate did not answer within 50 ms; its batch is delivered again']);
  });

  it('goes on after a restart where it was, and from the start when what it kept is damaged', async () => {
    const file = join(directory, 'positions.json');
    const { mapping, taken, put } = await mapped(1);
    const again = async (more: number, from: number) => {
      await put(letters(from + more).slice(from));
      const checkpoint = await PollerCheckpoint.open(file);
      await during(startEventSource({ ...mapping, checkpoint }), async () => {
        const before = count(taken);
        await until(() => count(taken) >= before + more);
      });
    };
    await again(3, 0);
    await again(2, 3);
    expect(taken['shardId-000000000000']).toEqual(letters(5));
    await writeFile(file, '{"torn');
    await again(6, 5);
    expect(taken['shardId-000000000000']).toEqual([...letters(5), ...letters(11)]);
  });

  it('takes children after their parents', async () => {
    const { mapping, batches, taken, put } = await mapped(1, { fails: (values) => values.includes('v1') && batches.length < 5 });
    await put(letters(4));
    const middle = (2n ** 127n).toString();
    await kinesis.client.send(
      new SplitShardCommand({ StreamName: mapping.stream, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: middle }),
    );
    const status = async () => {
      const { StreamDescriptionSummary } = await kinesis.client.send(new DescribeStreamSummaryCommand({ StreamName: mapping.stream }));
      return StreamDescriptionSummary?.StreamStatus;
    };
    while ((await status()) !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, 20));
    const shards = await put(letters(30).slice(4));
    expect(new Set(shards).size).toBe(2);
    await during(startEventSource(mapping), async () => {
      await until(() => count(taken) === 30);
    });
    const firstOfChild = batches.findIndex(({ shard }) => shard !== 'shardId-000000000000');
    expect(batches.slice(firstOfChild).some(({ shard }) => shard === 'shardId-000000000000')).toBe(false);
    expect(taken['shardId-000000000000']).toEqual(letters(4));
    expect(mapping.checkpoint.get(mapping.arn, 'shardId-000000000000')).toBe('SHARD_END');
  });

  it('starts at the newest record, or at an instant', async () => {
    const { mapping, taken, put } = await mapped(1);
    await put(['old']);
    const { client, answered } = counting(mapping.client);
    await during(startEventSource({ ...mapping, client, startingPosition: 'LATEST' }), async () => {
      await until(() => (answered.GetShardIteratorCommand ?? 0) > 0);
      await put(['new']);
      await until(() => count(taken) > 0);
    });
    expect(taken['shardId-000000000000']).toEqual(['new']);
    const since = Date.now();
    await put(['newer']);
    const checkpoint = await PollerCheckpoint.open(undefined);
    await during(startEventSource({ ...mapping, checkpoint, startingPosition: { timestamp: since } }), () => until(() => count(taken) > 1));
    expect(taken['shardId-000000000000']).toEqual(['new', 'newer']);
  });

  it('stops at once when there is nothing, and after the invocation under way', async () => {
    const invoked = { begun: false, ended: false };
    const { mapping, put } = await mapped(1, {
      async handler() {
        invoked.begun = true;
        await new Promise((resolve) => setTimeout(resolve, 200));
        invoked.ended = true;
        return { batchItemFailures: [] };
      },
    });
    const { client, answered } = counting(mapping.client);
    const idle = startEventSource({ ...mapping, client });
    await until(() => (answered.GetRecordsCommand ?? 0) > 0);
    await idle.stop();
    await put(['a']);
    const busy = startEventSource(mapping);
    await until(() => invoked.begun);
    await busy.stop();
    expect(invoked.ended).toBe(true);
    expect(mapping.checkpoint.get(mapping.arn, 'shardId-000000000000')).toMatch(/^\d{56}$/);
  });
});

describe('rules', () => {
  it.each([
    [null, 'succeeded'],
    [undefined, 'succeeded'],
    [{}, 'succeeded'],
    [{ batchItemFailures: null }, 'succeeded'],
    [{ batchItemFailures: [] }, 'succeeded'],
    [{ batchItemFailures: [{ itemIdentifier: '9' }] }, { failedFrom: '9' }],
    [{ batchItemFailures: [{ itemIdentifier: '11' }, { itemIdentifier: '10' }, { itemIdentifier: '9' }] }, { failedFrom: '9' }],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }, 'failed'],
    [{ batchItemFailures: [{ itemIdentifier: null }] }, 'failed'],
    [{ batchItemFailures: [{ item: '9' }] }, 'failed'],
    [{ batchItemFailures: [{ itemIdentifier: '9' }, { itemIdentifier: '12' }] }, 'failed'],
  ])('an answer %j means %j', (answer, outcome) => {
    expect(outcomeOf([{ sequence: '9' }, { sequence: '10' }, { sequence: '11' }], answer as KinesisStreamBatchResponse)).toEqual(outcome);
  });

  it.each([
    ['roots', ['a', 'b'], [], 'a b'],
    ['a child waits for its parent', ['a', 'b<a', 'c<a'], [], 'a'],
    ['children of a parent that is done', ['a', 'b<a', 'c<a'], ['a'], 'b c'],
    ['a merged one waits for both', ['a', 'b', 'c<a+b'], ['a'], 'b'],
    ['a merged one after both', ['a', 'b', 'c<a+b'], ['a', 'b'], 'c'],
    ['a parent that is listed no more is done', ['c<a+b', 'd<c'], [], 'c'],
  ])('%s', (_, shards, done, expected) => {
    const listed = shards.map((shard) => {
      const [ShardId, parents = ''] = shard.split('<');
      const [ParentShardId, AdjacentParentShardId] = parents.split('+').map((id) => id || undefined);
      return { ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange: undefined, SequenceNumberRange: undefined };
    });
    expect(ready(listed, (id) => done.includes(id)).join(' ')).toBe(expected);
  });
});
