import { beforeAll, describe, expect, it } from 'vitest';
import { at, type Shop } from './shop.ts';
import { openShopWithStory } from './story.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShopWithStory();
});

const window = (start: number, end: number) => ({ window_start: at(start), window_end: at(end) });
const A0 = { page: '/a', ...window(0, 60), views: 2, avg_ms: 15, final: true };
const A1 = { page: '/a', ...window(60, 120), views: 1, avg_ms: 30, final: false };
const B0 = { page: '/b', ...window(0, 60), views: 1, avg_ms: null, final: true };
const NULL0 = { page: null, ...window(0, 60), views: 1, avg_ms: 5, final: true };

async function rows(path: string): Promise<unknown> {
  const { status, body } = await shop.get(path);
  expect(body).toMatchObject({ rows: expect.any(Array) });
  expect(status).toBe(200);
  return body.rows;
}

describe('rows of a key', () => {
  it('come by start of the window, with where to go on, what was seen and the watermark', async () => {
    const { body, headers } = await shop.get('/v1/views/page_views/rows?key.page=/a');
    expect(body).toEqual({ rows: [A0, A1], next: null, as_of: expect.stringMatching(/^[\w-]+$/), watermark: at(60) });
    expect(Object.keys(body.rows[0] ?? {})).toEqual(['page', 'window_start', 'window_end', 'views', 'avg_ms', 'final']);
    expect(headers.get('content-type')).toBe('application/json');
    expect(Number(headers.get('x-millrace-read-units'))).toBeGreaterThan(0);
  });

  it.each([
    ['key.page=/a&order=desc', [A1, A0]],
    ['key.page.is_null=true', [NULL0]],
    ['key.page=/nowhere', []],
    ['key.page=', []],
    [`key.page=/a&from=${at(60)}`, [A1]],
    [`key.page=/a&from=${at(1)}&to=${at(60)}`, []],
    [`key.page=/a&to=${at(60)}`, [A0]],
    // It is 12:01:20.
    ['key.page=/a&from=-1+minute', [A1]],
    ['key.page=/a&from=-1+minute+20+seconds', [A0, A1]],
    ['key.page=/a&to=now', [A0, A1]],
    ['key.page=/a&to=-30+seconds', [A0]],
    ['key.page=/a&every=2+minutes', [{ page: '/a', ...window(0, 120), views: 3, avg_ms: 20, final: false }]],
    ['key.page=/a&every=1+minute', [A0, A1]],
  ])('%s', async (query, expected) => {
    expect(await rows(`/v1/views/page_views/rows?${query}`)).toEqual(expected);
  });

  it('are found by all columns of a key, each by its type', async () => {
    const key = (time: string) => `/v1/views/user_pages/rows?key.user=1&key.ok=false&key.at=${encodeURIComponent(time)}`;
    const found = [
      { user: 1, ok: false, at: at(20), ...window(-60, 60), n: 1, final: true },
      { user: 1, ok: false, at: at(20), ...window(0, 120), n: 1, final: false },
    ];
    expect(await rows(key(at(20)))).toEqual(found);
    expect(await rows(key('2026-01-01T14:00:20+02:00'))).toEqual(found);
  });

  it('need no key when the view has none', async () => {
    expect(await rows('/v1/views/totals/rows')).toEqual([
      { ...window(0, 60), views: 4, final: true },
      { ...window(60, 120), views: 1, final: false },
    ]);
  });
});

describe('rows of a window', () => {
  it.each([
    ['window=latest', [A1]],
    ['window=latest_final&order_by=-views,page', [A0, B0, NULL0]],
    ['window=latest_final&order_by=avg_ms', [NULL0, A0, B0]],
    ['window=latest_final&order_by=-page', [B0, A0, NULL0]],
    [`window=${at(0)}&order_by=-views&limit=1`, [A0]],
    [`window=${at(0)}/${at(60)}&order_by=page`, [A0, B0, NULL0]],
    ['window=2026-01-01T12:01', [A1]],
    ['window=2026-01-01T09:00', []],
  ])('%s', async (query, expected) => {
    expect(await rows(`/v1/views/page_views/rows?${query}`)).toEqual(expected);
  });
});

describe('pages', () => {
  it.each([
    ['page_views/rows?key.page=/a', [A0, A1]],
    ['page_views/rows?key.page=/a&order=desc&from=-1+hour', [A1, A0]],
    [`page_views/rows?window=latest_final&order_by=-views,page`, [A0, B0, NULL0]],
    [
      'page_views/windows',
      [
        { ...window(0, 60), final: true, keys: 3 },
        { ...window(60, 120), final: false, keys: 1 },
      ],
    ],
    [
      'page_views/windows?order=desc',
      [
        { ...window(60, 120), final: false, keys: 1 },
        { ...window(0, 60), final: true, keys: 3 },
      ],
    ],
  ])('of one row each make up %s', async (path, expected) => {
    const separator = path.includes('?') ? '&' : '?';
    const found: unknown[] = [];
    let cursor = '';
    for (let pages = 0; pages < 10; pages++) {
      const { status, body } = await shop.get(`/v1/views/${path}${separator}limit=1${cursor}`);
      expect(status).toBe(200);
      expect(body.rows.length).toBeLessThanOrEqual(1);
      found.push(...body.rows);
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(found).toEqual(expected);
  });

  it('go on where they were while time goes on', async () => {
    const story = await openShopWithStory();
    const path = '/v1/views/page_views/rows?key.page=/a&order=desc&from=-90+seconds';
    const { body } = await story.get(`${path}&limit=1`);
    expect(body.rows).toEqual([A1]);
    story.now += 600_000;
    const { body: second } = await story.get(`${path}&limit=1&cursor=${body.next}`);
    expect(second.rows).toEqual([A0]);
  });
});

it('as_of leads to answers that see no less, from a process that would not look yet', async () => {
  const story = await openShopWithStory();
  const path = '/v1/views/totals/rows?window=latest';
  const slowly = async (query = ''): Promise<unknown> => {
    const { rows } = (await (await story.slowApi.request(`${path}${query}`)).json()) as { rows: { views: number }[] };
    return rows[0]?.views;
  };
  expect(await slowly()).toBe(1);
  await story.click({ page: '/a', at: at(70) });
  const { body } = await story.get(path);
  expect(body.rows).toMatchObject([{ views: 2 }]);
  expect(await slowly()).toBe(1);
  expect(await slowly(`&as_of=${body.as_of}`)).toBe(2);
});

it('answers HEAD without a body', async () => {
  const response = await shop.api.request('/v1/views/page_views/rows?key.page=/a', { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});
