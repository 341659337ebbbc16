import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type KinesisServer, startKinesisServer } from '../../lib/local/kinesis-server.ts';
import { LevelStore } from '../../lib/local/level-store.ts';
import { trimStream } from '../../lib/local/trim-stream.ts';

const HOUR = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

async function put({ client }: KinesisServer, count: number): Promise<void> {
  for (let put = 0; put < count; put += 500) {
    const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `k${i}`, Data: Buffer.from('x') }));
    await client.send(new PutRecordsCommand({ StreamName: 'clicks', Records }));
  }
}

/** The records that are still on disk. */
async function stored(directory: string): Promise<number> {
  const store = new LevelStore(join(directory, 'kinesis')) as unknown as {
    open(done: (error?: Error) => void): void;
    close(done: () => void): void;
    iterator(range: object): { next(moved: (error: Error | null, key?: Buffer) => void): void };
  };
  await new Promise<void>((resolve, reject) => store.open((error) => (error ? reject(error) : resolve())));
  const entries = store.iterator({ gte: '!stream-clicks!', lt: '!stream-clicks"' });
  const next = (): Promise<Buffer | undefined> =>
    new Promise((resolve, reject) => entries.next((error, key) => (error ? reject(error) : resolve(key))));
  let count = 0;
  while (await next()) count++;
  await new Promise<void>((resolve) => store.close(resolve));
  return count;
}

describe('trimming a stream', () => {
  it('deletes what is past the retention of 24 hours, and nothing else', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-'));
    const start = async (): Promise<KinesisServer> => startKinesisServer({ host: '127.0.0.1', port: 0, directory });
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now - 30 * HOUR });
    let kinesis = await start();
    await kinesis.createStream('clicks', 2);
    await put(kinesis, 5000);
    vi.setSystemTime(now - 20 * HOUR);
    await put(kinesis, 1500);
    await kinesis.stop();
    expect(await stored(directory)).toBe(6500);
    vi.setSystemTime(now);
    kinesis = await start();
    await trimStream(kinesis.client, 'clicks', new AbortController().signal);
    await kinesis.stop();
    const left = await stored(directory);
    // The last thousand of a shard that hold an expired record go with the next time.
    expect(left).toBeLessThan(1500 + 2 * 1000);
    expect(left).toBeGreaterThanOrEqual(1500);
    await rm(directory, { recursive: true, force: true });
  });
});
