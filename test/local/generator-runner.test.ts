import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Generator } from '../../lib/dsl/generator.ts';
import { startGenerator } from '../../lib/local/generator-runner.ts';
import { type KinesisServer, startKinesisServer } from '../../lib/local/kinesis-server.ts';

let kinesis: KinesisServer;
let streams = 0;

beforeAll(async () => {
  kinesis = await startKinesisServer({ host: '127.0.0.1', port: 0 });
});
afterAll(() => kinesis.stop());

async function generating(event: Generator['event'], eventsPerSecond = 400): Promise<Generator> {
  const stream = `stream-${++streams}`;
  await kinesis.createStream(stream, 1);
  return { kind: 'generator', stream, eventsPerSecond, event };
}

async function records(stream: string): Promise<{ event: Record<string, unknown>; key: string; arrival: number }[]> {
  const { ShardIterator } = await kinesis.client.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await kinesis.client.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data, PartitionKey, ApproximateArrivalTimestamp }) => ({
    event: JSON.parse(Buffer.from(Data as Uint8Array).toString()) as Record<string, unknown>,
    key: PartitionKey as string,
    arrival: (ApproximateArrivalTimestamp as Date).getTime(),
  }));
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a running generator', () => {
  it('puts what the generator makes, at its rate, by partition key', async () => {
    const generator = await generating((random, now) => ({ user: `u${random.integer(3)}`, at: now }));
    const running = startGenerator({ client: kinesis.client, generator, partitionKey: 'user', seed: 1 });
    await wait(1000);
    await running.stop();
    const found = await records(generator.stream);
    // A second at 400/s: a Poisson number, whose standard deviation is 20; the machine may be slow, never fast.
    expect(found.length).toBeGreaterThan(200);
    expect(found.length).toBeLessThan(600);
    expect(running.sent).toBe(found.length);
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set(['u0', 'u1', 'u2']));
    for (const { event, key, arrival } of found) {
      expect(event.user).toBe(key);
      expect(arrival - (event.at as number)).toBeGreaterThanOrEqual(0);
      expect(arrival - (event.at as number)).toBeLessThan(2000);
    }
    const times = found.map(({ event }) => event.at as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('changes its rate, and pauses', async () => {
    const generator = await generating(() => ({ a: 1 }), 1);
    const running = startGenerator({ client: kinesis.client, generator, rate: 0 });
    await wait(200);
    expect(running.sent).toBe(0);
    running.setRate(2000);
    await wait(500);
    expect(running.sent).toBeGreaterThan(300);
    running.setRate(0);
    await wait(150);
    const paused = running.sent;
    await wait(200);
    expect(running.sent).toBe(paused);
    expect(running.rate).toBe(0);
    await running.stop();
    expect(() => running.setRate(-1)).toThrow('of at least 0, not -1');
    expect(new Set((await records(generator.stream)).map(({ key }) => key)).size).toBeGreaterThan(10);
  });

  it('puts again what was refused, and nothing else', async () => {
    let made = 0;
    const generator = await generating(() => ({ n: made++ }), 3000);
    let requests = 0;
    const errors: unknown[] = [];
    // Stands in for a shard over its limit: every third record is refused once, and a request fails as a whole.
    const send = async (command: PutRecordsCommand) => {
      const given = command.input.Records ?? [];
      if (++requests === 2) throw new Error('no network');
      if (requests % 2 === 0) return kinesis.client.send(command);
      const kept = given.filter((_, i) => i % 3 !== 2);
      if (kept.length > 0) await kinesis.client.send(new PutRecordsCommand({ ...command.input, Records: kept }));
      return { Records: given.map((_, i) => (i % 3 === 2 ? { ErrorCode: 'ProvisionedThroughputExceededException' } : { ShardId: 's' })) };
    };
    const running = startGenerator({
      client: { send } as unknown as KinesisClient,
      generator,
      onError: (error) => errors.push(error),
    });
    const until = async (holds: () => boolean): Promise<void> => {
      for (let tries = 0; !holds() && tries < 600; tries++) await wait(50);
    };
    await until(() => made > 50 && requests > 4);
    running.setRate(0);
    await until(() => running.sent === made);
    await running.stop();
    const found = (await records(generator.stream)).map(({ event }) => event.n as number).sort((a, b) => a - b);
    expect(found.length).toBeGreaterThan(50);
    expect(found).toEqual(Array.from({ length: made }, (_, i) => i));
    expect(running.sent).toBe(made);
    expect(errors).toHaveLength(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('oh');
      },
      /the generator of stream "stream-\d+" failed: oh/,
    ],
    ['gives no object', () => 'text', /returned string: event\(…\) must return an object/],
  ])('stops with one clear message when the generator %s', async (_, event, message) => {
    const errors: Error[] = [];
    const generator = await generating(event);
    const running = startGenerator({ client: kinesis.client, generator, onError: (error) => errors.push(error as Error) });
    await wait(150);
    await running.stop();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(message);
  });
});
