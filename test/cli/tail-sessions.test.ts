import { afterAll, beforeAll, expect, it } from 'vitest';
import { application, session, stream, view } from '../../lib/index.ts';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken, until } from '../support/till.ts';
import { tail } from './tail.ts';
import { millrace } from './terminal.ts';

const visits = stream('sales', {
  columns: { shop: 'text', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
});
const sessions = view(
  'sessions',
  visits
    .keyBy('shop')
    .window(session('1 minute'))
    .aggregate((a) => ({ sold: a.count() })),
);

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTill({ application: application('visits', { views: [sessions] }), shards: 1, tickEvery: 3_600_000 });
});
afterAll(() => stack.stop());

it('sessions are followed as they grow, the long ones too that began before others were final', async () => {
  // Of "long" there is one session from 0 on; those of "short" end while it goes on.
  const events = [
    ['long', 0],
    ['short', 10],
    ['long', 50],
    ['long', 100],
    ['long', 150],
    ['long', 200],
  ] as const;
  await put(stack, ...events.map(([shop, second]) => ({ shop, at: at(second) })));
  await taken(stack, events.length);
  const final = ['query', 'sessions', '--window', 'latest_final', '--json', '--url', stack.urls.api];
  await until(async () => (await millrace(final)).out !== '');
  const { rows, stop } = tail<{ shop: string; sold: number; window_start: string; window_end: string; final: boolean }>(
    stack.urls.api,
    'sessions',
  );
  await until(async () => rows().length === 1);
  await put(stack, { shop: 'long', at: at(220) });
  await until(async () => rows().length === 2);
  expect(await stop()).toBe(0);
  expect(rows()).toMatchObject([
    { shop: 'long', sold: 5, window_start: at(0), window_end: at(260), final: false },
    { shop: 'long', sold: 6, window_start: at(0), window_end: at(280), final: false },
  ]);
  const status = await millrace(['status', '--url', stack.urls.api, '--max-delay', '1 second', '--json']);
  expect(JSON.parse(status.out).problems).toEqual([expect.stringContaining('view sessions has 1 window that should have been final')]);
});
