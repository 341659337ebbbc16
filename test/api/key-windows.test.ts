// Sessions and stagger windows over REST and SQL: whatever is asked for, in pages of any size and either order, live and final together, is
// what the windows of all events are by definition.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openApi } from '../../lib/api/openapi.ts';
import { compile } from '../../lib/compile/compile.ts';
import { application, sql } from '../../lib/index.ts';
import { LIMITS } from '../../lib/runtime/limits.ts';
import { type NaiveKeySpec, naiveWindows, type Told } from '../support/naive/key-windows.ts';
import { SqlService } from '../support/sql-service.ts';
import { expectDescribed } from './described.ts';

const T0 = Date.parse('2026-01-01T10:00:00Z');
const GAP = 30_000;
const iso = (ms: number): string => new Date(ms).toISOString();

const visits = application('visits', {
  sql: sql(`CREATE TABLE clicks (page text NOT NULL, n bigint NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '20 seconds');
    CREATE MATERIALIZED VIEW sessions AS SELECT page, window_start, window_end, array_agg(n ORDER BY n) AS ids FROM SESSION(clicks, at, '30 seconds') GROUP BY page, window_start, window_end;
    CREATE MATERIALIZED VIEW staggers AS SELECT page, window_start, window_end, array_agg(n ORDER BY n) AS ids FROM STAGGER(clicks, at, '45 seconds') GROUP BY page, window_start, window_end;
    CREATE MATERIALIZED VIEW longer AS SELECT * FROM sessions WHERE window_end - window_start > interval '40 seconds';
    CREATE MATERIALIZED VIEW by_end AS SELECT window_start, window_end, count(*) AS sessions FROM TUMBLE(sessions, window_end, '1 minute') GROUP BY window_start, window_end;`),
});
const SPECS: Readonly<Record<'sessions' | 'staggers', NaiveKeySpec>> = {
  sessions: { kind: 'session', gap: GAP },
  staggers: { kind: 'stagger', size: 45_000 },
};
const PAGES = ['/a', '/b', '/c'];

interface Row {
  readonly page: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly ids: readonly number[];
  readonly final: boolean;
}

async function get(service: SqlService, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await service.api.request(`/v1/views/${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** All rows (or windows) of a list, page by page. */
async function all<T>(service: SqlService, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: unknown = null; ; ) {
    const { status, body } = await get(service, cursor === null ? path : `${path}&cursor=${encodeURIComponent(String(cursor))}`);
    expect(status, JSON.stringify(body)).toBe(200);
    found.push(...(body.rows as T[]));
    cursor = body.next;
    if (cursor === null) return found;
  }
}

const plain = ({ page, window_start, window_end, ids }: Row) => ({
  key: page,
  start: Date.parse(window_start),
  end: Date.parse(window_end),
  ids,
});
const byStart = (a: Told, b: Told): number => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : 1);

describe('windows of a key’s own', () => {
  it('are the same by key, by window, as lists, in derived views and in SQL', async () => {
    const drawn = fc.record({
      events: fc.array(
        fc.record({ page: fc.constantFrom(...PAGES), wait: fc.integer({ min: 0, max: 25_000 }), behind: fc.nat(18_000), shard: fc.nat(1) }),
        { minLength: 1, maxLength: 40 },
      ),
      limit: fc.integer({ min: 1, max: 4 }),
      small: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ events, limit, small }) => {
        const service = await SqlService.open(visits, T0, 2, small ? { ...LIMITS, pageBytes: 60, bucketBytes: 60 } : LIMITS);
        const put: { id: number; key: string; task: number; time: number }[] = [];
        for (const { page, wait, behind, shard } of events) {
          await service.advance(wait);
          const time = service.now - behind;
          await service.put('clicks', [{ page, n: put.length, at: iso(time) }], shard);
          put.push({ id: put.length, key: page, task: shard, time });
        }
        // Nothing is late: the windows are functions of the events.
        const settings = { lateness: 0, outOfOrder: Number.POSITIVE_INFINITY };
        for (const view of ['sessions', 'staggers'] as const) {
          const { windows } = naiveWindows(SPECS[view], settings, put);
          for (const page of PAGES) {
            const own = windows.filter(({ key }) => key === page).sort(byStart);
            const asked = `${view}/rows?key.page=${page}&limit=${limit}`;
            expect((await all<Row>(service, asked)).map(plain)).toEqual(own);
            expect((await all<Row>(service, `${asked}&order=desc`)).map(plain)).toEqual(own.toReversed());
            const [from, to] = [own[0]?.end ?? T0, own.at(-1)?.start ?? T0].map(iso);
            const some = own.filter(({ start }) => iso(start) >= (from as string) && iso(start) < (to as string));
            if ((from as string) < (to as string))
              expect((await all<Row>(service, `${asked}&from=${from}&to=${to}`)).map(plain)).toEqual(some);
          }
          const distinct = [...new Map(windows.sort(byStart).map((one) => [`${iso(one.start)}/${iso(one.end)}`, one])).keys()];
          const listed = await all<Row>(service, `${view}/windows?limit=${limit}&order=asc`);
          expect(listed.map(({ window_start, window_end }) => `${window_start}/${window_end}`)).toEqual(distinct);
          const newestFirst = await all<Row>(service, `${view}/windows?limit=${limit}&order=desc`);
          expect(newestFirst).toEqual(listed.toReversed());
          const rows: Row[] = [];
          for (const name of distinct) rows.push(...(await all<Row>(service, `${view}/rows?window=${name}&limit=${limit}`)));
          expect(rows.map(plain).sort(byStart)).toEqual(windows);
          expect(rows.map(({ final }) => final)).toEqual(
            (await service.ask(`SELECT * FROM ${view} ORDER BY window_start, window_end, page`)).rows.map(({ final }) => final),
          );
          expect(((await service.ask(`SELECT * FROM ${view}`)).rows as unknown as Row[]).map(plain).sort(byStart)).toEqual(windows);
          expect(
            ((await service.ask(`SELECT * FROM ${view} WHERE page = '/b'`)).rows as unknown as Row[]).map(plain).sort(byStart),
          ).toEqual(windows.filter(({ key }) => key === '/b'));
          // Windows that span a stretch of time: they start before it and end after it.
          const [left, right] = [T0 + 60_000, T0 + 75_000];
          const spanning = await service.ask(
            `SELECT * FROM ${view} WHERE window_start <= timestamptz '${iso(left)}' AND window_end >= timestamptz '${iso(right)}'`,
          );
          expect((spanning.rows as unknown as Row[]).map(plain).sort(byStart)).toEqual(
            windows.filter(({ start, end }) => start <= left && end >= right),
          );
        }
        const { windows } = naiveWindows(SPECS.sessions, settings, put);
        const longer = windows.filter(({ start, end }) => end - start > 40_000);
        const order = {
          asc: (a: Told, b: Told) => a.end - b.end || byStart(a, b),
          desc: (a: Told, b: Told) => b.end - a.end || byStart(b, a),
        };
        for (const direction of ['asc', 'desc'] as const) {
          const found = await all<Row>(service, `longer/rows?key.page=/a&limit=${limit}&order=${direction}`);
          expect(found.map(plain)).toEqual(longer.filter(({ key }) => key === '/a').sort(order[direction]));
        }
        const minutes = Map.groupBy(windows, ({ end }) => Math.floor(end / 60_000) * 60_000);
        const counted = await service.ask('SELECT window_start, sessions FROM by_end ORDER BY window_start');
        expect(counted.rows.map(({ window_start, sessions }) => [Date.parse(window_start as string), sessions])).toEqual(
          [...minutes].map(([start, of]) => [start, of.length]).sort(([a], [b]) => (a as number) - (b as number)),
        );
      }),
      { numRuns: 25 },
    );
  });
});

it('sessions that are open and begin before final ones come in their place, page by page', async () => {
  const service = await SqlService.open(visits, T0);
  const put = (page: string, n: number, seconds: number) => service.put('clicks', [{ page, n, at: iso(T0 + seconds * 1000) }]);
  await put('/a', 0, 0);
  await service.advance(71_000);
  await put('/b', 1, 71);
  await service.advance(1000);
  // The first session of /a is over at 0:51, and final. Another one opens, and late events that join it move its start.
  for (const [n, seconds] of [25, 10, -10].entries()) await put('/a', n + 2, seconds);
  const expected = [
    { start: T0 - 10_000, end: T0 + 55_000, ids: [2, 3, 4], final: false },
    { start: T0, end: T0 + GAP, ids: [0], final: true },
  ];
  for (const limit of [1, 2]) {
    for (const order of ['asc', 'desc']) {
      const rows = await all<Row>(service, `sessions/rows?key.page=/a&limit=${limit}&order=${order}`);
      const told = rows.map((row) => ({ start: plain(row).start, end: plain(row).end, ids: row.ids, final: row.final }));
      expect(told).toEqual(order === 'asc' ? expected : expected.toReversed());
    }
  }
});

describe('REST over sessions and stagger windows', () => {
  it.each<[string, number, object]>([
    ['sessions', 200, { window: { kind: 'session', gap: '30 seconds', gap_ms: 30_000 } }],
    ['staggers', 200, { window: { kind: 'stagger', size: '45 seconds', size_ms: 45_000 } }],
    [`sessions/rows?window=${iso(T0 + 5000)}`, 200, { rows: [{ page: '/a', ids: [0, 1], window_end: iso(T0 + 55_000) }] }],
    [`sessions/rows?window=${iso(T0 + 5000)}/${iso(T0 + 55_000)}`, 200, { rows: [{ page: '/a' }] }],
    [`sessions/rows?window=${iso(T0 + 5000)}/${iso(T0 + 56_000)}`, 200, { rows: [] }],
    [`staggers/rows?window=${iso(T0)}`, 200, { rows: [] }],
    ['staggers/rows?window=latest', 200, { rows: [{ page: '/b', ids: [2] }] }],
    ['sessions/rows?key.page=/a&every=1+minute', 400, { detail: expect.stringContaining('session windows, which cannot be rolled up') }],
    ['staggers/rows?key.page=/a&every=45+seconds', 400, { detail: expect.stringContaining('stagger windows, which cannot be rolled up') }],
  ])('%s', async (path, status, answer) => {
    const service = await SqlService.open(visits, T0);
    await service.advance(60_000);
    await service.put('clicks', [
      { page: '/a', n: 0, at: iso(T0 + 5000) },
      { page: '/a', n: 1, at: iso(T0 + 25_000) },
      { page: '/b', n: 2, at: iso(T0 + 60_000) },
    ]);
    const response = await service.api.request(`/v1/views/${path}`);
    const body: unknown = await response.json();
    expect(body).toMatchObject(answer);
    expect(response.status).toBe(status);
    const [where = ''] = path.split('?');
    await expectDescribed(openApi(await compile(visits)), where.includes('/') ? `/v1/views/${where}` : '/v1/views/{view}', {
      status,
      body,
      headers: response.headers,
    });
  });
});
