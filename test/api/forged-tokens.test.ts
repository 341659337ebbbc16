// Cursors and as_of carry a checksum, not a signature: whoever reads the code can make any. What they say is no more trusted than any
// other parameter.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sealToken } from '../../lib/api/token.ts';
import type { DerivedViewPlan, Scan } from '../../lib/plan/relation.ts';
import type { Shop } from './shop.ts';
import { openShopWithStory } from './story.ts';

const scan: Scan = { kind: 'scan', view: 'page_views', columns: [{ name: 'page', type: 'text', nullable: true }] };
const derived: DerivedViewPlan = { name: 'pages', key: [], relation: scan, columns: scan.columns, fingerprint: '1' };

let shop: Shop;
beforeAll(async () => {
  shop = await openShopWithStory({}, undefined, [derived]);
});

const QUERIES: readonly (readonly [path: string, query: Readonly<Record<string, string>>])[] = [
  ['/v1/views/page_views/rows', { 'key.page': '/a' }],
  ['/v1/views/page_views/rows', { 'key.page': '/a', every: '1 hour', order: 'desc' }],
  ['/v1/views/page_views/rows', { 'key.page': '/a', from: '-1 hour' }],
  ['/v1/views/page_views/rows', { window: 'latest', order_by: '-views,page' }],
  ['/v1/views/page_views/windows', {}],
  ['/v1/views/page_views/windows', { from: '-1 hour', to: '+1 hour' }],
  ['/v1/views/page_views/late', {}],
  ['/v1/views/pages/rows', {}],
  ['/v1/views/pages/rows', { window: 'latest' }],
  ['/v1/views/pages/windows', {}],
  ['/v1/streams/clicks/dead-letters', {}],
];

async function ask(path: string, query: Readonly<Record<string, string>>, name: string, token: string): Promise<number> {
  const { status, body } = await shop.get(`${path}?${new URLSearchParams({ ...query, [name]: token })}`);
  if (status === 200) expect(body).toMatchObject({ rows: expect.any(Array) });
  else expect({ status, parameter: body.parameter }).toEqual({ status: 400, parameter: name });
  return status;
}

describe('a forged cursor', () => {
  const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-1, 8.65e15, 1e300, 0.5, Date.parse('2026-01-01T12:00:00Z')));
  const anything = fc.oneof(number, fc.jsonValue(), fc.constantFrom('', '__proto__', 'x'.repeat(2000), null));
  const window = fc.record({ start: anything, end: anything }, { requiredKeys: [] });
  const after = fc.oneof(
    anything,
    window,
    fc.record(
      { window: fc.oneof(window, anything), values: fc.oneof(fc.array(anything), anything), key: anything, skip: anything },
      { requiredKeys: [] },
    ),
    fc.record({
      window: fc.record({ start: fc.integer(), end: fc.integer() }),
      values: fc.array(anything),
      key: fc.string(),
      skip: fc.nat(),
    }),
    fc.record({ stream: fc.oneof(fc.constant('clicks'), anything), before: anything, skip: anything }, { requiredKeys: [] }),
  );
  const shaped = fc.record({
    start: fc.integer(),
    end: fc.integer(),
    window: fc.record({ start: fc.integer(), end: fc.integer() }),
    values: fc.array(anything),
    key: fc.string(),
    stream: fc.constantFrom('clicks', 'x'),
    before: fc.string({ unit: 'binary', maxLength: 300 }),
    skip: fc.nat(3),
  });
  const cursor = fc.oneof(
    fc.record({ after: shaped, now: fc.oneof(fc.integer(), anything) }).map((made) => JSON.stringify(made)),
    fc
      .record({ after, now: fc.oneof(number, anything), asOf: anything }, { requiredKeys: ['after', 'now'] })
      .map((made) => JSON.stringify(made)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );

  it('leads to rows or is refused by name, whatever it says', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...QUERIES), cursor, async ([path, query], text) => {
        const canonical = JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
        const token = sealToken(new TextEncoder().encode(text), `cursor ${path} ${canonical}`);
        const status = await ask(path, query, 'cursor', token);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
      { numRuns: 1500 },
    );
    // Both happen, so the token itself was taken.
    expect(Math.min(statuses.get(200) ?? 0, statuses.get(400) ?? 0)).toBeGreaterThan(25);
    expect(shop.errors).toEqual([]);
  });
});

describe('a forged as_of', () => {
  it('is taken or refused by name, whatever it says', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 20 }).map((more) => new Uint8Array([5, 1, 1, ...more])),
      fc.constantFrom([0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0], [0]).map((all) => Uint8Array.from(all)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...QUERIES.filter(([path]) => /rows|windows/.test(path))), bytes, async ([path, query], body) => {
        await ask(path, query, 'as_of', sealToken(body, 'as_of page_views'));
      }),
      { numRuns: 500 },
    );
    expect(shop.errors).toEqual([]);
  });
});
