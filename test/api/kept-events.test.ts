import { expect, it } from 'vitest';
import { keptEventBody } from '../../lib/api/kept-event.ts';
import { KEPT_BYTES_PER_EVENT } from '../../lib/core/step.ts';
import { at } from './shop.ts';
import { openShopWithStory } from './story.ts';

const kept = (bytes: Uint8Array | undefined) => keptEventBody({ shard: 's', sequence: '1', arrival: 0, committedAt: 0, bytes });
const bytes = (text: string) => new TextEncoder().encode(text);

it('late events tell what they were and where they were missed', async () => {
  const shop = await openShopWithStory();
  const { body } = await shop.get('/v1/views/page_views/late');
  expect(body).toEqual({
    rows: [
      {
        shard: 'shardId-000000000000',
        sequence: expect.stringMatching(/^\d+$/),
        arrival: at(80),
        committed_at: at(80),
        event_time: at(30),
        views: ['page_views', 'user_pages', 'totals'],
        event: { user: 1, ms: 40, ok: true, page: '/a', at: at(30) },
        truncated: false,
      },
    ],
    next: null,
  });
});

it('dead letters tell why, newest first, page by page', async () => {
  const shop = await openShopWithStory();
  const found: Record<string, unknown>[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const { status, body } = await shop.get(`/v1/streams/clicks/dead-letters?limit=1${next === '' ? '' : `&cursor=${next}`}`);
    expect(status).toBe(200);
    found.push(...body.rows);
    next = body.next;
  }
  expect(found).toMatchObject([
    { reason: 'not UTF-8', base64: 'e/99', truncated: false },
    { reason: 'not JSON', text: '{"page": "/a", "big": 9007199254740993', truncated: false },
    { event: { page: '/a', at: 'yesterday' }, truncated: false },
  ]);
  expect(found).toHaveLength(3);
});

it('an answer that Lambda would refuse for its size is cut into more pages', async () => {
  const shop = await openShopWithStory();
  for (let batch = 0; batch < 30; batch++) {
    const part = (i: number) => ({ reason: `${batch} ${i}`, bytes: bytes('\u0001'.repeat(KEPT_BYTES_PER_EVENT)) });
    const good = { value: { page: '/a', user: 1, ms: 1, ok: true, at: at(70) } };
    await shop.send(Array.from({ length: 15 }, (_, i) => [part(i), good, good]).flat());
  }
  const reasons: unknown[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const response: Response = await shop.api.request(`/v1/streams/clicks/dead-letters?limit=1000${next === '' ? '' : `&cursor=${next}`}`);
    const text = await response.text();
    // As Lambda sends it: a text within JSON.
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6 * 1024 * 1024);
    const body = JSON.parse(text) as { rows: { reason: unknown }[]; next: string | null };
    reasons.push(...body.rows.map(({ reason }) => reason));
    next = body.next;
  }
  expect(reasons).toHaveLength(453);
  expect(new Set(reasons).size).toBe(453);
});

it.each([
  ['{"a":1}', { event: { a: 1 } }],
  ['{"a": 1}', { event: { a: 1 }, text: '{"a": 1}' }],
  ['{"a":9007199254740993}', { event: { a: 9007199254740992 }, text: '{"a":9007199254740993}' }],
  ['nonsense', { text: 'nonsense' }],
  ['', { text: '' }],
])('%j is told as it came', (text, content) => {
  const { shard, sequence, arrival, committed_at, ...rest } = kept(bytes(text));
  expect(rest).toEqual({ ...content, truncated: false });
});

it('names objects cannot have by themselves are kept', () => {
  expect(JSON.stringify(kept(bytes('{"__proto__":{"a":1}}')))).toContain('"event":{"__proto__":{"a":1}}');
});

it('nesting that is too deep to write is told as text', () => {
  const deep = '['.repeat(8000) + ']'.repeat(8000);
  const body = kept(bytes(deep));
  expect(JSON.stringify(body)).toContain('[[[[');
  expect(JSON.stringify(body)).toContain(']]]]');
});

it('what was cut is told up to the cut, even in the middle of a character', () => {
  expect(kept(bytes(`${'x'.repeat(KEPT_BYTES_PER_EVENT - 1)}é`).subarray(0, KEPT_BYTES_PER_EVENT))).toMatchObject({
    text: 'x'.repeat(KEPT_BYTES_PER_EVENT - 1),
    truncated: true,
  });
  expect(kept(undefined)).toMatchObject({ truncated: true });
});

it.each([
  ['{"user":"ann","n":1', undefined],
  ['{"user":"ann"}', 'ann'],
  ['{"user":9007199254740993}', '9007199254740993'],
  ['{"user":true}', 'true'],
  ['{"user":null}', undefined],
  ['{"user":["ann"]}', undefined],
  ['{"user":""}', undefined],
  [`{"user":"${'a'.repeat(257)}"}`, undefined],
  ['{"name":"ann"}', undefined],
  ['["ann"]', undefined],
  ['null', undefined],
  ['{"user":"\xff"}', 'ÿ'],
])('the partition key of %s is %s', (text, key) => {
  expect(keptEventBody({ shard: 's', sequence: '1', arrival: 0, committedAt: 0, bytes: bytes(text) }, 'user').partition_key).toBe(key);
});
