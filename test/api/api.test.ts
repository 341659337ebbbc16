import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import type { Store } from '../../lib/store/ports.ts';
import { gatedStore } from '../support/gated-store.ts';
import { at, type Shop } from './shop.ts';
import { openShopWithStory } from './story.ts';

let shop: Shop;
const units: number[] = [];
beforeAll(async () => {
  shop = await openShopWithStory({ page: '<!doctype html><title>shop</title>', onUnits: ({ reads }) => units.push(reads) });
});

const PAGE_VIEWS = '/v1/views/page_views/rows';

describe('a bad parameter is named', () => {
  it.each([
    [PAGE_VIEWS, 'key.page', 'either key.page, or window'],
    [`${PAGE_VIEWS}?from=-1+hour`, 'key.page', 'either key.page, or window'],
    [`${PAGE_VIEWS}?key.pgae=/a`, 'key.pgae', 'did you mean key.page?'],
    [`${PAGE_VIEWS}?page=/a`, 'page', 'key.page'],
    [`${PAGE_VIEWS}?key.page=/a&key.page=/b`, 'key.page', 'more than once'],
    [`${PAGE_VIEWS}?key.page=/a&key.page.is_null=true`, 'key.page.is_null', 'cannot be combined'],
    [`${PAGE_VIEWS}?key.page.is_null=false`, 'key.page.is_null', 'only value is true'],
    [`${PAGE_VIEWS}?key.page=/a&window=latest`, 'key.page', 'not both'],
    [`${PAGE_VIEWS}?key.page=/a&limit=0`, 'limit', '1 to 1000'],
    [`${PAGE_VIEWS}?key.page=/a&limit=1001`, 'limit', '1 to 1000'],
    [`${PAGE_VIEWS}?key.page=/a&order=up`, 'order', 'asc nor desc'],
    [`${PAGE_VIEWS}?key.page=/a&order_by=views`, 'order_by', 'only be used with window'],
    [`${PAGE_VIEWS}?key.page=/a&from=yesterday`, 'from', 'ISO 8601'],
    [`${PAGE_VIEWS}?key.page=/a&to=-1+month`, 'to', 'ISO 8601'],
    [`${PAGE_VIEWS}?key.page=/a&every=90+seconds`, 'every', '60000 ms'],
    [`${PAGE_VIEWS}?key.page=/a&every=often`, 'every', '1 hour'],
    [`${PAGE_VIEWS}?key.page=/a&every=100000+weeks`, 'every', '10000 times'],
    [`${PAGE_VIEWS}?key.page=/a&cursor=AAAA`, 'cursor', 'next'],
    [`${PAGE_VIEWS}?key.page=/a&cursor=`, 'cursor', 'next'],
    [`${PAGE_VIEWS}?key.page=/a&as_of=AAAA`, 'as_of', 'unchanged'],
    [`${PAGE_VIEWS}?window=newest`, 'window', 'ISO 8601'],
    [`${PAGE_VIEWS}?window=lates`, 'window', 'write latest, latest_final, or its start'],
    [`${PAGE_VIEWS}?window=`, 'window', 'ISO 8601'],
    [`${PAGE_VIEWS}?window=${at(1)}`, 'window', at(0)],
    [`${PAGE_VIEWS}?window=${at(0)}/${at(120)}`, 'window', 'does not end at'],
    [`${PAGE_VIEWS}?window=a/b/c`, 'window', 'START/END'],
    [`${PAGE_VIEWS}?window=latest&order=desc`, 'order', 'order_by'],
    [`${PAGE_VIEWS}?window=latest&from=-1+hour`, 'from', 'only be used with a key'],
    [`${PAGE_VIEWS}?window=latest&every=1+hour`, 'every', 'only be used with a key'],
    [`${PAGE_VIEWS}?window=latest&order_by=veiws`, 'order_by', 'did you mean views?'],
    [`${PAGE_VIEWS}?window=latest&order_by=`, 'order_by', 'page, views, avg_ms'],
    [`${PAGE_VIEWS}?window=latest&order_by=views,-views`, 'order_by', 'twice'],
    [`${PAGE_VIEWS}?window=latest&order_by=final`, 'order_by', 'cannot be sorted'],
    ['/v1/views/user_pages/rows?key.user=1&key.ok=true', 'key.at', 'all its columns'],
    ['/v1/views/user_pages/rows?key.user=x&key.ok=true&key.at=now', 'key.user', 'whole number'],
    [`/v1/views/user_pages/rows?key.user=1&key.ok=true&key.at=${at(0)}&every=4+minutes`, 'every', 'overlapping'],
    ['/v1/views/user_pages/rows?key.user.is_null=true', 'key.user.is_null', 'the parameters are key.user'],
    ['/v1/views/totals/rows?key.page=/a', 'key.page', 'no parameter'],
    ['/v1/views/page_views/windows?window=latest', 'window', 'no parameter'],
    ['/v1/views/page_views/windows?from=x', 'from', 'ISO 8601'],
    ['/v1/views/page_views/late?from=-1+hour', 'from', 'the parameters are limit, cursor'],
    ['/v1/streams/clicks/dead-letters?limit=all', 'limit', '1 to 1000'],
    ['/v1/health?verbose=1', 'verbose', 'has none'],
  ])('%s', async (path, parameter, said) => {
    const { status, body, headers } = await shop.get(path);
    expect({ status, parameter: body.parameter }).toEqual({ status: 400, parameter });
    expect(body.detail).toContain(said);
    expect(body).toMatchObject({ type: expect.stringMatching(/^urn:problem-type:millrace:/), title: expect.any(String), status: 400 });
    expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('a cursor', () => {
  it('of other parameters, another view or another time is refused; another limit is fine', async () => {
    const { body } = await shop.get(`${PAGE_VIEWS}?key.page=/a&limit=1`);
    const cursor = body.next;
    expect(cursor).toBeTypeOf('string');
    const status = async (path: string) => (await shop.get(path)).status;
    expect(await status(`${PAGE_VIEWS}?key.page=/a&limit=7&cursor=${cursor}`)).toBe(200);
    expect(await status(`${PAGE_VIEWS}?cursor=${cursor}&key.page=/a`)).toBe(200);
    expect(await status(`${PAGE_VIEWS}?key.page=/b&cursor=${cursor}`)).toBe(400);
    expect(await status(`${PAGE_VIEWS}?key.page=/a&order=desc&cursor=${cursor}`)).toBe(400);
    expect(await status(`/v1/views/totals/rows?cursor=${cursor}`)).toBe(400);
    expect(await status(`/v1/views/page_views/windows?cursor=${cursor}`)).toBe(400);
  });

  it('and an as_of with any character changed are refused', async () => {
    const { body } = await shop.get(`${PAGE_VIEWS}?key.page=/a&limit=1`);
    for (const [name, token] of [
      ['cursor', body.next ?? ''],
      ['as_of', body.as_of],
    ] as const) {
      for (let i = 0; i < token.length; i++) {
        const altered = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
        const { status, body: problem } = await shop.get(`${PAGE_VIEWS}?key.page=/a&${name}=${altered}`);
        expect([status, problem.parameter]).toEqual([400, name]);
      }
    }
  });
});

describe('what is not there', () => {
  it.each([
    ['/v1/views/page_view/rows?window=latest', 'did you mean page_views?', ['page_views', 'user_pages', 'totals']],
    ['/v1/views/sales', 'the views are page_views, user_pages, totals', ['page_views', 'user_pages', 'totals']],
    ['/v1/views/__proto__/rows', 'the views are', ['page_views', 'user_pages', 'totals']],
    ['/v1/streams/orders/dead-letters', 'the streams are clicks', ['clicks']],
  ])('%s: 404, and what is there', async (path, said, available) => {
    const { status, body } = await shop.get(path);
    expect([status, body.available]).toEqual([404, available]);
    expect(body.detail).toContain(said);
  });

  it.each(['/v2', '/v1/views/', '/v1/views/page_views/', '/v1/views/page_views/rows/1', '//', '/v1/views/%E0%A4%A/rows', '/%00'])(
    '%s: 404',
    async (path) => {
      const { status, headers } = await shop.get(path);
      expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s: 405', async (method) => {
    const response = await shop.api.request(PAGE_VIEWS, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({ status: 405 });
  });
});

describe('a failing store', () => {
  const failing = (error: Error) => (store: Store) => gatedStore(store, async () => Promise.reject(error));

  it('that does not answer is a 503 with a time to come back', async () => {
    const cause = new MillraceError('unavailable', 'table state-17 is throttled');
    const story = await openShopWithStory({}, failing(cause));
    const { status, body, headers } = await story.get(`${PAGE_VIEWS}?key.page=/a`);
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(body.detail).not.toContain('state-17');
    expect(story.errors).toEqual([cause]);
  });

  it('is otherwise a 500 that tells nothing of the inside, and is reported', async () => {
    const cause = new Error('secret');
    const story = await openShopWithStory({}, failing(cause));
    for (const path of [`${PAGE_VIEWS}?window=latest`, '/v1/health', '/v1/streams/clicks/dead-letters']) {
      const { status, body } = await story.get(path);
      expect(status).toBe(500);
      expect(JSON.stringify(body)).not.toMatch(/secret|\.ts/);
    }
    expect(story.errors).toEqual([cause, cause, cause]);
  });
});

it('tells what queries read', async () => {
  units.length = 0;
  const { headers } = await shop.get(`${PAGE_VIEWS}?key.page=/a`);
  expect(units).toEqual([Number(headers.get('x-millrace-read-units'))]);
});

it('serves the page it was given, and nothing else without one', async () => {
  const response = await shop.api.request('/');
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await response.text()).toContain('<title>shop</title>');
  expect((await (await openShopWithStory()).api.request('/')).status).toBe(404);
});

it('lets the page do nothing but what it is for', async () => {
  const { headers } = await shop.api.request('/');
  const policy = (headers.get('content-security-policy') ?? '').split('; ').map((directive) => directive.split(' '));
  const allowed = Object.fromEntries(policy.map(([name, ...sources]) => [name, sources]));
  // The rest of what could be loaded follows the default; these do not.
  for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors']) expect(allowed[name], name).toEqual(["'none'"]);
  expect(allowed['connect-src']).toEqual(["'self'"]);
  expect(allowed['script-src']).toEqual(["'unsafe-inline'"]);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

it('describes its views', async () => {
  const { body } = await shop.get('/v1/views/page_views');
  expect(body).toEqual({
    name: 'page_views',
    stream: 'clicks',
    key: [{ name: 'page', type: 'text', nullable: true }],
    aggregates: [
      { name: 'views', type: 'bigint', nullable: false },
      { name: 'avg_ms', type: 'double precision', nullable: true },
    ],
    columns: [
      { name: 'page', type: 'text', nullable: true },
      { name: 'window_start', type: 'timestamptz', nullable: false },
      { name: 'window_end', type: 'timestamptz', nullable: false },
      { name: 'views', type: 'bigint', nullable: false },
      { name: 'avg_ms', type: 'double precision', nullable: true },
      { name: 'final', type: 'boolean', nullable: false },
    ],
    window: { kind: 'tumbling', size: '1 minute', size_ms: 60_000, slide: '1 minute', slide_ms: 60_000, offset: '0 seconds', offset_ms: 0 },
    allowed_lateness: '0 seconds',
    allowed_lateness_ms: 0,
    retention: '30 days',
    retention_ms: 2_592_000_000,
  });
  const { body: all } = await shop.get('/v1/views');
  expect(all).toMatchObject({ application: 'shop', views: [{ name: 'page_views' }, { name: 'user_pages' }, { name: 'totals' }] });
});

it('tells how it is doing', async () => {
  const { body } = await shop.get('/v1/health');
  expect(body).toEqual({
    application: 'shop',
    now: at(80),
    streams: [
      {
        stream: 'clicks',
        watermark: at(60),
        shards: [
          {
            shard: 'shardId-000000000000',
            entries: expect.any(Number),
            sequence: expect.stringMatching(/^\d+$/),
            watermark: at(60),
            last_arrival: at(80),
            events: 9,
            late: 1,
            dead: 3,
            duplicates: 0,
            ended: false,
            breaker: null,
          },
        ],
        views: ['page_views', 'user_pages', 'totals'].map((view) => ({ view, merged_through: at(60) })),
      },
    ],
  });
});

describe('whatever is asked', () => {
  const time = fc.constantFrom(
    '-1 hour',
    'now',
    at(0),
    at(60),
    '2026-01-01',
    '9999-12-31T23:59:00Z',
    '0000-01-01',
    '+275760-09-13',
    '-999999 weeks',
  );
  const rest = { limit: fc.constantFrom('1', '2', '1000'), order: fc.constantFrom('asc', 'desc'), from: time, to: time };
  const noise = fc.oneof(
    fc.constant(''),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1e400 hours', '-271821-04-20', '99999999999999 days'),
  );
  const sensible: Record<string, fc.Arbitrary<Record<string, string>>> = {
    '/v1/views/page_views/rows': fc.oneof(
      fc.record(
        { 'key.page': fc.constantFrom('/a', ''), every: fc.constantFrom('1 minute', '1 day', '7 minutes'), ...rest },
        { requiredKeys: ['key.page'] },
      ),
      fc.record({
        window: fc.oneof(time, fc.constantFrom('latest', 'latest_final')),
        order_by: fc.constantFrom('-views,page', 'avg_ms'),
        limit: rest.limit,
      }),
    ),
    '/v1/views/user_pages/rows': fc.record(
      { 'key.user': fc.constantFrom('1', '-0'), 'key.ok': fc.constantFrom('true', 'false'), 'key.at': time, ...rest },
      { requiredKeys: ['key.user', 'key.ok', 'key.at'] },
    ),
    '/v1/views/totals/rows': fc.record(rest, { requiredKeys: [] }),
    '/v1/views/totals/windows': fc.record(rest, { requiredKeys: [] }),
    '/v1/views/page_views/late': fc.record({ limit: rest.limit }, { requiredKeys: [] }),
    '/v1/streams/clicks/dead-letters': fc.record({ limit: rest.limit }, { requiredKeys: [] }),
  };
  const request = fc
    .constantFrom(...Object.keys(sensible))
    .chain((path) => fc.tuple(fc.constant(path), sensible[path] as fc.Arbitrary<Record<string, string>>));

  it('that makes sense, the pages of the answer lead to an end', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(request, async ([path, query]) => {
        let next: string | null = null;
        for (let pages = 0; pages < 20; pages++) {
          const cursor: Record<string, string> = next === null ? {} : { cursor: next };
          const { status, body } = await shop.get(`${path}?${new URLSearchParams({ ...query, ...cursor })}`);
          expect([200, 400]).toContain(status);
          next = status === 200 ? body.next : null;
          if (status === 200) found++;
          if (next === null) return;
        }
        expect.unreachable('too many pages');
      }),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(250);
    expect(shop.errors).toEqual([]);
  });

  it('the answer is a result or a problem of the request, never an error', async () => {
    const spoilt = fc.record({ name: fc.oneof(fc.nat(6), fc.string()), value: noise });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(request, fc.tuple(fc.webPath(), fc.constant({}))),
        fc.array(spoilt, { maxLength: 2 }),
        async ([path, query], more) => {
          const all = Object.entries(query);
          for (const { name, value } of more) {
            if (typeof name === 'string') all.push([name, value]);
            else if (name < all.length) all[name] = [all[name]?.[0] ?? '', value];
          }
          const { status } = await shop.api.request(`${path}?${new URLSearchParams(all)}`);
          expect([200, 400, 404]).toContain(status);
        },
      ),
      { numRuns: 1000 },
    );
    expect(shop.errors).toEqual([]);
  });

  it('even when the query is no query', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...Object.keys(sensible)), fc.webPath()),
        fc.string({ unit: 'binary' }),
        async (at_, query) => {
          const { status } = await shop.api.request(`${at_}?${query.toWellFormed()}`);
          expect([200, 400, 404]).toContain(status);
        },
      ),
    );
    expect(shop.errors).toEqual([]);
  });
});
