import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { startLocalStack } from '../../lib/local/stack.ts';
import { localKinesis, putAll } from '../support/put-all.ts';
import application from './fixtures/shop.ts';

const MEGABYTE = 1024 * 1024;
const HOUR = '2026-01-01T10:00:00.000Z';
/** An order; n is a power of two, so that a sum tells which were counted. */
const order = (n: number, shop = 'a', at = '2026-01-01T10:30:00Z'): string => JSON.stringify({ shop, n, at });

const POISON: readonly (string | Uint8Array)[] = [
  'not JSON',
  '{}',
  `${order(1)}],[{}`,
  order(1, 'a', 'NaN'),
  order(1, 'a', '9999-12-31T23:59:59Z'),
  order(1, 'a', '9000-01-01T00:00:00Z'),
  '{"shop":"\\ud800","n":1,"at":"2026-01-01T10:30:00Z"}',
  '{"shop":"a","n":99999999999999999999,"at":"2026-01-01T10:30:00Z"}',
  '{"shop":"a","n":1,"__proto__":{"at":"2026-01-01T10:30:00Z"}}',
  gzipSync(new Uint8Array(100 * MEGABYTE)),
  gzipSync(order(1)).subarray(0, 20),
  new Uint8Array([0xf3, 0x89, 0x9a, 0xc2, 1, 2, 3]),
  new Uint8Array(1000).fill(0xff),
  '['.repeat(MEGABYTE - 100),
];
/** A record that is dead many times over. */
const MANY = `[${Array<string>(500).fill('{}').join()}]`;

it('poison in a batch ends as dead letters; what is around it is counted, and the shard goes on', async () => {
  const problems: string[] = [];
  const stack = await startLocalStack({
    application,
    shards: 1,
    batchWindow: 50,
    tickEvery: 100,
    onProblem: (message, error) => problems.push(`${message}: ${error}`),
  });
  const client = localKinesis(stack.urls.kinesis);
  const put = async (...payloads: readonly (string | Uint8Array)[]): Promise<void> => {
    const records = payloads.map((payload) => ({ PartitionKey: 'a', Data: Buffer.from(payload) }));
    await putAll(client, 'orders', records);
  };
  const get = async (path: string) => (await fetch(`${stack.urls.api}${path}`)).json() as Promise<{ rows: Record<string, unknown>[] }>;
  const counted = async () => (await get(`/v1/views/per_shop/rows?window=${HOUR}&limit=100`)).rows.map(({ shop, total }) => [shop, total]);
  try {
    const long = 'k'.repeat(3 * 1024);
    await put(order(1), ...POISON.flatMap((poison, i) => [poison, order(2 ** (i + 1))]), order(1, '__proto__'), order(1, long), '');
    await put(MANY, `[${order(2 ** 15)}]`);
    await expect.poll(counted, { timeout: 60_000 }).toEqual([
      ['__proto__', 1],
      ['a', 2 ** 16 - 1],
      [long, 1],
    ]);
    const letters = (await get('/v1/streams/orders/dead-letters?limit=1000')).rows;
    expect(letters).toHaveLength(POISON.length + 1 + 500);
    expect(new Set(letters.map(({ sequence }) => sequence)).size).toBe(POISON.length + 2);
    // The shard goes on, and its hour becomes final.
    await put(order(1, 'a', '2026-01-01T11:30:00Z'));
    const finals = async () => (await get(`/v1/views/per_shop/rows?window=${HOUR}&limit=100`)).rows.map(({ final }) => final);
    await expect.poll(finals, { timeout: 60_000 }).toEqual([true, true, true]);
    expect(problems).toEqual([]);
  } finally {
    client.destroy();
    await stack.stop();
  }
});
