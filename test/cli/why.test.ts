import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { millrace } from './terminal.ts';

const APP = new URL('./fixtures/shop.ts', import.meta.url).pathname;
const NOBODY = 'http://127.0.0.1:9';

/** Says what a running stack's `GET /v1/health` says. */
const server = createServer((request, response) => {
  if (request.url?.startsWith('/closed/')) {
    response.writeHead(403).end('{}');
    return;
  }
  const application = request.url?.startsWith('/other/') ? 'shop' : 'orders';
  const shard = (n: number, watermark: string | null, ended = false) => ({ shard: `shardId-00000000000${n}`, watermark, ended });
  const breaker = request.url?.startsWith('/stopped/')
    ? { since: '2026-01-01T10:02:00.000Z', last_refused: '2026-01-01T10:05:00.000Z', version: 'v7', reason: 'not JSON' }
    : null;
  const shards = [
    shard(0, '2026-01-01T10:05:00.000Z'),
    { ...shard(1, '2026-01-01T10:01:29.999Z'), breaker },
    shard(2, null),
    shard(3, '2026-01-01T23:00:00.000Z', true),
  ];
  response.end(JSON.stringify({ application, streams: [{ stream: 'orders', shards, views: [] }] }));
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function why(event: unknown, ...more: string[]) {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  return millrace(['why', APP, '--event', text, '--arrival', '2026-01-01T10:06:00Z', ...more]);
}

const ORDER = { country: 'de', size: 1, price: 2, at: '2026-01-01T10:00:30Z' };

describe('millrace why', () => {
  it('tells key, windows, and where the event would be late', async () => {
    const { code, out, err } = await why(ORDER, '--url', url);
    expect(out).toBe(
      [
        'orders: valid: {"country":"de","size":1,"price":2,"at":"2026-01-01T10:00:30Z"}',
        '  event time   2026-01-01T10:00:30.000Z',
        '  watermark    shardId-000000000000 2026-01-01T10:05:00.000Z, shardId-000000000001 2026-01-01T10:01:29.999Z, shardId-000000000002 none yet',
        '',
        'per_country: key {"country":"de","size":1}',
        '  window 2026-01-01T10:00:00.000Z to 2026-01-01T10:01:00.000Z, accepts events until the watermark reaches 2026-01-01T10:01:30.000Z: late in shardId-000000000000, on time elsewhere',
        '',
        'per_size: key {"size":1}',
        '  window 2026-01-01T09:59:00.000Z to 2026-01-01T10:01:00.000Z, accepts events until the watermark reaches 2026-01-01T10:01:00.000Z: late in shardId-000000000000, shardId-000000000001, on time elsewhere',
        '  window 2026-01-01T10:00:00.000Z to 2026-01-01T10:02:00.000Z, accepts events until the watermark reaches 2026-01-01T10:02:00.000Z: late in shardId-000000000000, on time elsewhere',
        '',
      ].join('\n'),
    );
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('tells which shard the circuit breaker stopped, so that the event would wait in it', async () => {
    const { out } = await why(ORDER, '--url', `${url}/stopped`);
    expect(out.match(/^ {2}stopped .*$/gm)).toEqual([
      '  stopped      shard orders/shardId-000000000001 stands still since 2026-01-01T10:02:00.000Z: the circuit breaker of version v7 refuses its batches, most of whose records are dead letters (the newest: not JSON). Deploy a version that reads them; they stay in the stream',
    ]);
    const [{ stack }] = JSON.parse(`[${(await why(ORDER, '--url', `${url}/stopped`, '--json')).out}]`).flat();
    expect(stack.shards.map(({ breaker }: { breaker: unknown }) => breaker)).toEqual([
      null,
      { since: '2026-01-01T10:02:00.000Z', last_refused: '2026-01-01T10:05:00.000Z', version: 'v7', reason: 'not JSON' },
      null,
    ]);
  });

  it('tells which filter drops it', async () => {
    expect((await why({ ...ORDER, price: -1 }, '--url', url)).out).toContain('per_country: filtered out by its filter\n');
  });

  it.each([
    ['{"country"', 'dead letter: not JSON: '],
    ['7', 'dead letter: expected a JSON object, got a number'],
    [{ ...ORDER, size: 'large' }, 'dead letter: column "size"'],
    [{ ...ORDER, at: undefined }, 'dead letter: column "at"'],
    [{ ...ORDER, at: '2026-01-03T10:00:00Z' }, 'dead letter: its time is 2026-01-03T10:00:00.000Z, 172440000 ms ahead of its arrival'],
    [{ ...ORDER, size: 2 ** 70 }, 'dead letter: '],
    ['{"country":"\\ud800","size":1,"price":1,"at":"2026-01-01T10:00:30Z"}', 'dead letter: a text holds a lone surrogate'],
    ['', 'dead letter: it is empty'],
  ])('tells why %j is dead', async (event, message) => {
    const { code, out } = await why(event, '--url', NOBODY);
    expect(out).toContain(message);
    expect(code).toBe(0);
  });

  it.each([
    ['', `no stack answers at ${NOBODY}`],
    ['/closed', 'answers 403: pass its key with --api-key'],
    ['/other', 'runs another application, "shop"'],
  ])('says when it cannot judge lateness (%s)', async (path, message) => {
    const { code, out } = await why(ORDER, '--url', path === '' ? NOBODY : `${url}${path}`);
    expect(out).toContain(`lateness     not judged: `);
    expect(out).toContain(message);
    expect(out).toContain('window 2026-01-01T10:00:00.000Z to 2026-01-01T10:01:00.000Z');
    expect(code).toBe(0);
  });

  it('explains every event of an array, as JSON', async () => {
    const { out } = await why([ORDER, 7], '--url', url, '--json');
    const [first, second] = JSON.parse(out);
    expect(first).toEqual({
      stream: 'orders',
      event: ORDER,
      event_time: '2026-01-01T10:00:30.000Z',
      dead_letter: null,
      stack: { url, shards: expect.any(Array) },
      views: [
        {
          view: 'per_country',
          dropped_by: null,
          key: { country: 'de', size: 1 },
          windows: [
            {
              window_start: '2026-01-01T10:00:00.000Z',
              window_end: '2026-01-01T10:01:00.000Z',
              closes_at: '2026-01-01T10:01:30.000Z',
              late_in: ['shardId-000000000000'],
            },
          ],
        },
        { view: 'per_size', dropped_by: null, key: { size: 1 }, windows: [expect.any(Object), expect.any(Object)] },
      ],
    });
    expect(second).toMatchObject({ event: null, dead_letter: expect.stringContaining('a number'), views: [] });
  });

  it('tells the session and the stagger window an event would have by itself', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-why-'));
    const file = join(directory, 'orders.sql');
    const view = (name: string, window: string): string =>
      `CREATE MATERIALIZED VIEW ${name} AS SELECT k, window_start, window_end, count(*) AS n FROM ${window} GROUP BY k, window_start, window_end;`;
    await writeFile(
      file,
      `CREATE TABLE orders (k text, at timestamptz) WITH (event_time = 'at');
       ${view('visits', "SESSION(orders, at, '30 minutes')")} ${view('bursts', "STAGGER(orders, at, '1 minute')")}`,
    );
    const event = JSON.stringify({ k: 'a', at: '2026-01-01T10:00:30Z' });
    const { out } = await millrace(['why', file, '--event', event, '--arrival', '2026-01-01T10:06:00Z', '--url', url]);
    // A millisecond past a session's end, where an event would still go on with it; past the event itself.
    expect(out).toContain(
      'if alone: window 2026-01-01T10:00:30.000Z to 2026-01-01T10:30:30.000Z, accepts events until the watermark reaches 2026-01-01T10:30:30.001Z: on time',
    );
    expect(out).toContain(
      'if alone: window 2026-01-01T10:00:30.000Z to 2026-01-01T10:01:30.000Z, accepts events until the watermark reaches 2026-01-01T10:00:30.001Z: late in',
    );
    await rm(directory, { recursive: true });
  });
});
