import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { type ClientOptions, createClient, MillraceClientError } from '../../lib/client/client.ts';
import { at, type Shop, type shop } from '../api/shop.ts';
import { NO_UTF8, openShopWithStory } from '../api/story.ts';

/** A client of a shop in memory, and the URLs it asked for. */
function clientOf(story: Shop, options: Partial<ClientOptions> = {}) {
  const asked: URL[] = [];
  const client = createClient<typeof shop>({
    url: 'http://shop.test/',
    fetch: async (url, init) => {
      asked.push(new URL(url));
      return story.api.request(url, init);
    },
    ...options,
  });
  return { client, asked };
}

/** A client whose answers are given. */
function answering(...answers: (Response | Error)[]) {
  const left = [...answers];
  const requests: RequestInit[] = [];
  const client = createClient({
    url: 'http://shop.test',
    apiKey: 'k1',
    fetch: async (_, init) => {
      requests.push(init);
      const answer = left.shift();
      if (!answer || answer instanceof Error) throw answer ?? new Error('asked too often');
      return answer;
    },
  });
  return { client, requests };
}

const ok = (body: unknown): Response => Response.json(body);
const EMPTY = { rows: [], next: null, as_of: 'a', watermark: null };

describe('rows', () => {
  it('of a key are gone through page by page', async () => {
    const { client, asked } = clientOf(await openShopWithStory());
    const rows = await client.rows('page_views', { key: { page: '/a' }, from: '-1 hour', pageSize: 1 }).toArray();
    expect(rows.map(({ window_start, views, final }) => [window_start, views, final])).toEqual([
      [at(0), 2, true],
      [at(60), 1, false],
    ]);
    expect(asked.length).toBeGreaterThan(1);
    expectTypeOf(rows[0] as (typeof rows)[number]).toEqualTypeOf<{
      page: string | null;
      window_start: string;
      window_end: string;
      final: boolean;
      views: number;
      avg_ms: number | null;
    }>();
  });

  it('end at the limit', async () => {
    const { client } = clientOf(await openShopWithStory());
    const rows = client.window('page_views', 'latest_final', { orderBy: ['-views', 'page'], limit: 2, pageSize: 1 });
    expect((await rows.toArray()).map(({ page }) => page)).toEqual(['/a', '/b']);
  });

  it('are asked for alike with nothing to sort by and without sorting', async () => {
    const { client, asked } = clientOf(await openShopWithStory());
    expect(await client.window('page_views', 'latest_final', { orderBy: [] }).toArray()).toHaveLength(3);
    expect(asked.map(({ searchParams }) => searchParams.get('order_by'))).toEqual([null]);
  });

  it('come as single pages too', async () => {
    const { client } = clientOf(await openShopWithStory());
    const rows = client.window('page_views', new Date(at(0)), { orderBy: ['page'], pageSize: 2 });
    const first = await rows.page();
    expect(first).toMatchObject({ rows: [{ page: '/a' }, { page: '/b' }], watermark: at(60), readUnits: expect.any(Number) });
    const second = await rows.page(first.next);
    expect(second).toMatchObject({ rows: [{ page: null }], next: undefined });
  });

  it('are asked for by keys of any type, NULL, and none', async () => {
    const { client } = clientOf(await openShopWithStory());
    expect(await client.rows('page_views', { key: { page: null } }).toArray()).toMatchObject([{ views: 1 }]);
    expect(await client.rows('user_pages', { key: { user: 1, ok: false, at: at(20) } }).toArray()).toHaveLength(2);
    expect(await client.rows('totals', { to: Date.parse(at(60)) }).toArray()).toMatchObject([{ views: 4 }]);
    expect(await client.rows('totals', { every: '1 hour' }).toArray()).toMatchObject([{ views: 5, final: false }]);
  });

  it('have the types of the application', async () => {
    const { client } = clientOf(await openShopWithStory());
    // @ts-expect-error there is no such view
    client.windows('page_view');
    // @ts-expect-error a key is needed
    client.rows('page_views', {});
    // @ts-expect-error a key needs all its columns
    client.rows('user_pages', { key: { user: 1 } });
    // @ts-expect-error a user is a number
    client.rows('user_pages', { key: { user: '1', ok: true, at: at(0) } });
    // @ts-expect-error there is no such column
    client.window('page_views', 'latest', { orderBy: ['-view'] });
  });

  it('have any columns without an application', () => {
    const client = createClient({ url: 'http://shop.test' });
    const rows = client.rows('any', { key: { a: 1 } });
    expectTypeOf<Awaited<ReturnType<typeof rows.toArray>>>().toEqualTypeOf<Record<string, unknown>[]>();
    client.window('any', 'latest', { orderBy: ['-n'] });
  });
});

it('tells windows, late events, dead letters, views and health in camelCase', async () => {
  const { client } = clientOf(await openShopWithStory());
  expect(await client.windows('page_views', { order: 'desc' }).toArray()).toEqual([
    { start: at(60), end: at(120), final: false, keys: 1 },
    { start: at(0), end: at(60), final: true, keys: 3 },
  ]);
  expect(await client.late('page_views').toArray()).toMatchObject([{ eventTime: at(30), committedAt: at(80), event: { ms: 40 } }]);
  const letters = await client.deadLetters('clicks', { pageSize: 1 }).toArray();
  expect(letters.map(({ reason }) => reason)).toHaveLength(3);
  expect(letters[0]).toMatchObject({ committedAt: at(80), base64: Buffer.from(NO_UTF8).toString('base64') });
  expect((await client.views()).map((view) => [view.name, 'views' in view ? undefined : view.window])).toMatchObject([
    ['page_views', { kind: 'tumbling', sizeMs: 60_000 }],
    ['user_pages', { kind: 'hopping', sizeMs: 120_000, slideMs: 60_000 }],
    ['totals', { kind: 'tumbling', sizeMs: 60_000 }],
  ]);
  expect((await client.health()).streams[0]).toMatchObject({
    shards: [{ lastArrival: at(80) }],
    views: [{ mergedThrough: at(60) }, {}, {}],
  });
});

it('says what earlier answers had seen, those of simultaneous requests too', async () => {
  const { client, asked } = clientOf(await openShopWithStory());
  await client.rows('totals', {}).page();
  await client.windows('page_views').page();
  await Promise.all([client.rows('totals', {}).page(), client.rows('totals', {}).page()]);
  await client.rows('totals', {}).page();
  const said = asked.map((url) => url.searchParams.get('as_of'));
  expect(said.slice(0, 2)).toEqual([null, null]);
  expect(said[2]).toBeTypeOf('string');
  expect(said.slice(3)).toEqual([said[2], said[2]]);
});

it('keeps what simultaneous answers had seen side by side', async () => {
  const seen: (string | null)[] = [];
  const answers = ['a', 'b', 'c', 'd'];
  const client = createClient({
    url: 'http://shop.test',
    fetch: async (url) => {
      seen.push(new URL(url).searchParams.get('as_of'));
      return ok({ ...EMPTY, as_of: answers.shift() });
    },
  });
  await Promise.all([client.windows('v').page(), client.windows('v').page()]);
  await client.windows('v').page();
  await client.windows('v').page();
  expect(seen).toEqual([null, null, 'a,b', 'c']);
});

describe('problems', () => {
  it('are errors that name the parameter', async () => {
    const { client } = clientOf(await openShopWithStory());
    const error = await client
      .rows('page_views', { key: { page: '/a' }, from: 'yesterday' })
      .page()
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MillraceClientError);
    expect(error).toMatchObject({ status: 400, problem: { parameter: 'from' }, message: expect.stringContaining('yesterday') });
  });

  it('of a gateway are told as well', async () => {
    const { client, requests } = answering(Response.json({ message: 'Forbidden' }, { status: 403 }));
    await expect(client.views()).rejects.toMatchObject({ status: 403, message: expect.stringMatching(/Forbidden.*apiKey/) });
    expect(requests[0]?.headers).toMatchObject({ 'x-api-key': 'k1' });
  });

  it('of the moment are tried again, after the time they ask for', async () => {
    const busy = (status: number, after?: string) =>
      new Response('', { status, headers: after === undefined ? {} : { 'retry-after': after } });
    const { client, requests } = answering(busy(429), new TypeError('fetch failed'), busy(503, '1'), ok(EMPTY));
    vi.useFakeTimers();
    try {
      const page = client.windows('v').page();
      // The first two are tried again within a second of each other, the third asks for a second.
      while (requests.length < 3) await vi.advanceTimersToNextTimerAsync();
      await vi.advanceTimersByTimeAsync(999);
      expect(requests).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(1);
      expect(requests).toHaveLength(4);
      expect((await page).rows).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that last are given up', async () => {
    const { client, requests } = answering(
      ...Array.from({ length: 9 }, () => new Response('', { status: 503, headers: { 'retry-after': '0' } })),
    );
    await expect(client.windows('v').page()).rejects.toMatchObject({ status: 503 });
    expect(requests).toHaveLength(5);
  });

  it('that ask for too long are not waited for', async () => {
    const { client, requests } = answering(new Response('', { status: 429, headers: { 'retry-after': '3600' } }));
    await expect(client.windows('v').page()).rejects.toMatchObject({ status: 429 });
    expect(requests).toHaveLength(1);
  });
});

it('stops waiting when told to', async () => {
  const stop = new AbortController();
  const { client, requests } = answering(new Response('', { status: 503, headers: { 'retry-after': '30' } }));
  const waiting = client.windows('v', { signal: stop.signal }).page();
  const stopped = expect(waiting).rejects.toThrow('enough');
  await vi.waitUntil(() => requests.length === 1);
  stop.abort(new Error('enough'));
  await stopped;
  expect(requests[0]?.signal).toBe(stop.signal);
});
