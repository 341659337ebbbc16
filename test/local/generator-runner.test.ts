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

/** Waits, as long as a test may take, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(10);
}

describe('a running generator', () => {
  it('puts what the generator makes, at its rate, by partition key', async () => {
    const generator = await generating((random, now) => ({ user: `u${random.integer(3)}`, at: now }));
    const running = startGenerator({ client: kinesis.client, generator, partitionKey: 'user', seed: 1 });
    await until(() => running.sent >= 1000);
    await running.stop();
    const found = await records(generator.stream);
    expect(running.sent).toBe(found.length);
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set(['u0', 'u1', 'u2']));
    for (const { event, key, arrival } of found) {
      expect(event.user).toBe(key);
      expect(arrival).toBeGreaterThanOrEqual(event.at as number);
    }
    const times = found.map(({ event }) => event.at as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // Exponential gaps of 2.5 ms on average, however late they are put; those over which a slow machine made none (of two seconds) aside.
    const gaps = times.slice(1).map((time, i) => time - (times[i] as number));
    const drawn = gaps.filter((gap) => gap < 100);
    const mean = drawn.reduce((sum, gap) => sum + gap, 0) / drawn.length;
    expect(drawn.length).toBeGreaterThan(gaps.length / 2);
    expect(Math.abs(mean - 2.5)).toBeLessThan(0.5);
  });

  it('changes its rate, and pauses', async () => {
    let made = 0;
    const generator = await generating(() => ({ a: made++ }), 1);
    const running = startGenerator({ client: kinesis.client, generator, rate: 0 });
    await wait(200);
    expect([made, running.sent]).toEqual([0, 0]);
    running.setRate(2000);
    await until(() => running.sent > 300);
    running.setRate(0);
    const paused = made;
    await until(() => running.sent === paused);
    await wait(200);
    expect([made, running.sent]).toEqual([paused, paused]);
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
    await until(() => errors.length > 0);
    await running.stop();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(message);
  });
});
