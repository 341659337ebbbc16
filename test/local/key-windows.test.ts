import { afterAll, beforeAll, expect, it } from 'vitest';
import { application, sql } from '../../lib/index.ts';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';
import { tail } from '../cli/tail.ts';
import { localKinesis, putAll } from '../support/put-all.ts';
import { at, until } from '../support/till.ts';

const GROUPED = 'GROUP BY page, window_start, window_end';
const visits = application('visits', {
  sql: sql(`CREATE TABLE clicks (page text NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
    CREATE MATERIALIZED VIEW sessions AS SELECT page, window_start, window_end, count(*) AS n FROM SESSION(clicks, at, '1 minute') ${GROUPED};
    CREATE MATERIALIZED VIEW bursts AS SELECT page, window_start, window_end, count(*) AS n FROM STAGGER(clicks, at, '2 minutes') ${GROUPED};`),
});

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack({ application: visits, batchWindow: 20, tickEvery: 100, shards: 2 });
});
afterAll(() => stack.stop());

/** Puts clicks, at so many seconds, into both shards in turn. */
async function put(...clicks: readonly (readonly [page: string, seconds: number, shard: 0 | 1])[]): Promise<void> {
  const client = localKinesis(stack.urls.kinesis);
  // The MD5 of these keys lies in the lower and in the upper half.
  const records = clicks.map(([page, seconds, shard]) => ({
    PartitionKey: ['a', 'b'][shard] as string,
    Data: Buffer.from(JSON.stringify({ page, at: at(seconds) })),
  }));
  await putAll(client, 'clicks', records).finally(() => client.destroy());
}

async function rowsOf(view: string, page: string): Promise<unknown[]> {
  const response = await fetch(`${stack.urls.api}/v1/views/${view}/rows?key.page=${page}&limit=100`);
  const { rows } = (await response.json()) as { rows: { window_start: string; window_end: string; n: number; final: boolean }[] };
  return rows.map(({ window_start, window_end, n, final }) => [window_start, window_end, n, final]);
}

it('sessions and stagger windows over two shards come out of DynamoDB as they went in, carried on from one boundary to the next', async () => {
  await put(['/a', 0, 0], ['/a', 40, 1], ['/a', 80, 0], ['/a', 130, 1]);
  // Both shards come to 175: boundaries pass parts of the session, which goes on to 190.
  await put(['/x', 175, 0], ['/x', 175, 1], ['/x', 176, 0], ['/x', 176, 1]);
  await until(async () => (await rowsOf('sessions', '/x')).length === 1);
  expect(await rowsOf('sessions', '/a')).toEqual([[at(0), at(190), 4, false]]);
  await until(async () => ((await rowsOf('bursts', '/a'))[0] as unknown[] | undefined)?.[3] === true);
  expect(await rowsOf('bursts', '/a')).toEqual([
    [at(0), at(120), 3, true],
    [at(130), at(250), 1, false],
  ]);
  await put(['/x', 300, 0], ['/x', 300, 1]);
  await until(async () => ((await rowsOf('sessions', '/a'))[0] as unknown[] | undefined)?.[3] === true);
  expect(await rowsOf('sessions', '/a')).toEqual([[at(0), at(190), 4, true]]);
  expect(await rowsOf('sessions', '/x')).toEqual([
    [at(175), at(236), 4, true],
    [at(300), at(360), 2, false],
  ]);
});

it('a session that is open since before the newest final one is there when one begins to follow the view', async () => {
  await put(['/long', 310, 0], ['/long', 310, 1], ['/short', 320, 0], ['/short', 320, 1]);
  for (const seconds of [360, 410, 460]) await put(['/long', seconds, 0], ['/long', seconds, 1]);
  await until(async () => ((await rowsOf('sessions', '/short'))[0] as unknown[] | undefined)?.[3] === true);
  const { rows, stop } = tail<{ page: string }>(stack.urls.api, 'sessions');
  await until(async () => rows().some(({ page }) => page === '/long'));
  expect(await stop()).toBe(0);
  expect(rows()).toContainEqual(expect.objectContaining({ page: '/long', window_start: at(310), window_end: at(520), n: 8 }));
});
