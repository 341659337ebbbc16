import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import { localKinesis } from '../support/put-all.ts';
import application from './fixtures/shop.ts';

let directory: string;
const stacks: LocalStack[] = [];
const problems: string[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-'));
});
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
  await rm(directory, { recursive: true, force: true });
  expect(problems.splice(0)).toEqual([]);
});

async function started(options: Partial<Parameters<typeof startLocalStack>[0]> = {}): Promise<LocalStack> {
  const stack = await startLocalStack({
    application,
    batchWindow: 50,
    tickEvery: 100,
    onProblem: (message, error) => problems.push(`${message}: ${error}`),
    ...options,
  });
  stacks.push(stack);
  return stack;
}

async function stop(stack: LocalStack): Promise<void> {
  stacks.splice(stacks.indexOf(stack), 1);
  await stack.stop();
}

async function put({ urls }: LocalStack, events: readonly unknown[]): Promise<void> {
  const client = localKinesis(urls.kinesis);
  const Records = events.map((event) => ({
    PartitionKey: String((event as { shop?: string }).shop),
    Data: Buffer.from(JSON.stringify(event)),
  }));
  await client.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
  client.destroy();
}

interface Row {
  readonly shop: string;
  readonly orders: number;
  readonly total: number;
  readonly final: boolean;
}

async function rows({ urls }: LocalStack, window: string): Promise<Row[]> {
  const answer = await fetch(`${urls.api}/v1/views/per_shop/rows?window=${window}&limit=1000`);
  return ((await answer.json()) as { rows: Row[] }).rows;
}

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await read();
    if (holds(value)) return value;
    if (tries > 600) throw new Error(`still ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const ordersOf = (found: readonly Row[]): number => found.reduce((sum, { orders }) => sum + orders, 0);

describe('the local stack', () => {
  it('answers by REST what is put by an AWS SDK, first open, then final', async () => {
    const stack = await started({ shards: 3 });
    const hour = '2026-01-01T10:00:00.000Z';
    const shops = ['a', 'b', 'c', 'd', 'e'];
    await put(
      stack,
      Array.from({ length: 100 }, (_, n) => ({ shop: shops[n % 5], n, at: '2026-01-01T10:30:00Z' })),
    );
    const open = await eventually(
      () => rows(stack, hour),
      (found) => ordersOf(found) === 100,
    );
    // 0 + 5 + … + 95, and so on.
    const expected = shops.map((shop, i) => ({ shop, orders: 20, total: 950 + 20 * i, least: i, most: 95 + i }));
    expect(open).toEqual(expected.map((row) => ({ ...row, window_start: hour, window_end: '2026-01-01T11:00:00.000Z', final: false })));
    // An event in each of the next hours moves each shard on; those it does not reach are silent, and follow.
    await put(
      stack,
      shops.map((shop) => ({ shop, n: 0, at: '2026-01-01T11:30:00Z' })),
    );
    const final = await eventually(
      () => rows(stack, hour),
      (found) => found.length > 0 && found.every((row) => row.final),
    );
    expect(final).toMatchObject(expected);
  });

  it('goes on after a restart exactly where it was', async () => {
    const at = '2026-01-01T10:30:00Z';
    for (let round = 1; round <= 3; round++) {
      const stack = await started({ data: directory });
      expect(stack.streams[0]?.created).toBe(round === 1);
      await put(stack, [{ shop: 'a', n: round, at }, { shop: 'b', n: round, at }, 'not an order']);
      // Sometimes stopped before anything was read.
      if (round !== 2) {
        const found = await eventually(
          () => rows(stack, '2026-01-01T10:00:00Z'),
          (value) => ordersOf(value) >= 2 * round,
        );
        expect(ordersOf(found)).toBe(2 * round);
      }
      await stop(stack);
    }
    const stack = await started({ data: directory });
    expect((await rows(stack, '2026-01-01T10:00:00Z')).map(({ shop, orders, total }) => [shop, orders, total])).toEqual([
      ['a', 3, 6],
      ['b', 3, 6],
    ]);
    const health = (await (await fetch(`${stack.urls.api}/v1/health`)).json()) as { streams: { shards: { dead: number }[] }[] };
    expect(health.streams[0]?.shards.reduce((sum, { dead }) => sum + dead, 0)).toBe(3);
  });

  it('refuses a port and a directory in use, and leaves nothing running then', async () => {
    const stack = await started({ data: directory });
    const taken = Number(new URL(stack.urls.api).port);
    await expect(startLocalStack({ application, data: directory })).rejects.toMatchObject({
      code: 'argument',
      message: `the data directory ${directory} is in use by another millrace: stop that one, or choose another directory with --data`,
    });
    const other = join(directory, 'other');
    await expect(startLocalStack({ application, data: other, ports: { api: taken } })).rejects.toThrow(
      `The API cannot start: port ${taken} of 127.0.0.1 is in use (perhaps by another millrace): choose another with --api-port`,
    );
    await started({ data: other });
    await expect(startLocalStack({ application, data: join(process.execPath, 'x') })).rejects.toThrow(/data directory .* cannot be used/);
  });

  it('makes up events when there is a generator', async () => {
    const stack = await started({
      generator: {
        kind: 'generator',
        stream: 'orders',
        eventsPerSecond: 1,
        event: (random, now) => ({ shop: random.pick(['a', 'b']), n: 1, at: new Date(now).toISOString() }),
      },
      rate: 500,
      seed: 1,
    });
    expect(stack.generator?.rate).toBe(500);
    const found = await eventually(
      () => rows(stack, 'latest'),
      (value) => ordersOf(value) > 100,
    );
    expect(found.map(({ shop }) => shop).sort()).toEqual(['a', 'b']);
    expect(stack.generator?.sent).toBeGreaterThan(100);
  });
});
