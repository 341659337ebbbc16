import { beforeAll, describe, expect, it } from 'vitest';
import { openApi } from '../../lib/api/openapi.ts';
import { compile } from '../../lib/compile/compile.ts';
import type { Column, ColumnType } from '../../lib/core/column.ts';
import { application, sql } from '../../lib/index.ts';
import type { DerivedViewPlan, Relation, Scan } from '../../lib/plan/relation.ts';
import { SqlService } from '../support/sql-service.ts';
import { expectDescribed } from './described.ts';
import { at, Shop, shop } from './shop.ts';
import { openShopWithStory } from './story.ts';

const column = (name: string, type: ColumnType, nullable = false): Column => ({ name, type, nullable });
const WINDOW = [column('window_start', 'timestamptz'), column('window_end', 'timestamptz')];

const scan: Scan = {
  kind: 'scan',
  view: 'page_views',
  columns: [column('page', 'text', true), ...WINDOW, column('views', 'bigint'), column('avg_ms', 'double precision', true)],
};
/** Pages with a known average, by rank; without the window among its own columns. */
const ranked: Relation = {
  kind: 'rank',
  input: { kind: 'filter', input: scan, predicate: (row) => row.avg_ms !== null, columns: scan.columns },
  function: 'row_number',
  partitionBy: [],
  orderBy: [{ value: (row) => row.views, descending: true, nullsFirst: false }],
  as: 'place',
  columns: [...scan.columns, column('place', 'bigint')],
};
const top: DerivedViewPlan = {
  name: 'top',
  key: [column('page', 'text', true)],
  relation: {
    kind: 'project',
    input: ranked,
    values: [(row) => row.page, (row) => row.place],
    columns: [column('page', 'text', true), column('place', 'bigint')],
  },
  columns: [column('page', 'text', true), column('place', 'bigint')],
  fingerprint: '1',
};
/** No column tells its rows apart. */
const plain: DerivedViewPlan = { name: 'plain', key: [], relation: scan, columns: scan.columns, fingerprint: '2' };

let opened: Shop;
beforeAll(async () => {
  opened = await openShopWithStory({}, undefined, [top, plain]);
});

describe('REST over a derived view', () => {
  const minute = (n: number) => ({ window_start: at(60 * n), window_end: at(60 * n + 60) });

  it.each<[string, object[]]>([
    [
      'top/rows?window=latest_final',
      [
        { ...minute(0), page: '/a', place: 1, final: true },
        { ...minute(0), page: null, place: 2, final: true },
      ],
    ],
    ['top/rows?window=latest', [{ ...minute(1), page: '/a', place: 1, final: false }]],
    [`top/rows?window=${at(0)}/${at(60)}&order_by=-place&limit=1`, [{ ...minute(0), page: null, place: 2, final: true }]],
    [
      'top/rows?key.page=/a&order=desc',
      [
        { ...minute(1), page: '/a', place: 1, final: false },
        { ...minute(0), page: '/a', place: 1, final: true },
      ],
    ],
    ['top/rows?key.page.is_null=true', [{ ...minute(0), page: null, place: 2, final: true }]],
    [`top/rows?key.page=/a&from=${at(60)}`, [{ ...minute(1), page: '/a', place: 1, final: false }]],
    [
      'top/windows',
      [
        { ...minute(0), final: true, keys: 2 },
        { ...minute(1), final: false, keys: 1 },
      ],
    ],
    [`plain/rows?from=${at(60)}`, [{ ...minute(1), page: '/a', views: 1, avg_ms: 30, final: false }]],
  ])('%s', async (path, rows) => {
    const { status, body } = await opened.get(`/v1/views/${path}`);
    expect(status).toBe(200);
    expect(body.rows).toEqual(rows);
    expect(body.watermark).toBe(at(60));
  });

  it('goes on from page to page, and sees no less than it saw', async () => {
    const rows: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await opened.get(`/v1/views/plain/rows?limit=1${cursor && `&cursor=${cursor}`}`);
      rows.push(...body.rows.map(({ page, window_start }) => [page, window_start]));
      cursor = body.next;
    }
    expect(rows.length).toBe(4);
    expect(new Set(rows.map(String)).size).toBe(4);
    const { body } = await opened.get('/v1/views/top/rows?window=latest');
    expect((await opened.get(`/v1/views/top/rows?window=latest&as_of=${body.as_of}`)).status).toBe(200);
    const other = await opened.get('/v1/views/totals/rows?window=latest');
    expect(await opened.get(`/v1/views/top/rows?window=latest&as_of=${other.body.as_of}`)).toMatchObject({
      status: 400,
      body: { parameter: 'as_of' },
    });
  });

  it('lists the late events of the views it is made from', async () => {
    const { body } = await opened.get('/v1/views/top/late');
    expect(body.rows).toMatchObject([{ event_time: at(30), event: { page: '/a' } }]);
  });

  it.each([
    ['top/rows', 'key.page'],
    ['top/rows?key.page=/a&window=latest', 'key.page'],
    ['top/rows?window=yesterday', 'window'],
    ['top/rows?window=latest&order=asc', 'order'],
    ['top/rows?window=latest&order_by=avg_ms', 'order_by'],
    ['top/rows?key.page=/a&every=1%20hour', 'every'],
    ['plain/rows?cursor=x', 'cursor'],
  ])('%s is refused, naming %s', async (path, parameter) => {
    const { status, body } = await opened.get(`/v1/views/${path}`);
    expect({ status, parameter: body.parameter }).toEqual({ status: 400, parameter });
  });

  it('says of itself what it is made from', async () => {
    const { body } = await opened.get('/v1/views/top');
    expect(body).toMatchObject({ name: 'top', views: ['page_views'], key: [{ name: 'page' }], aggregates: [{ name: 'place' }] });
    expect((body.columns as { name: string }[]).map(({ name }) => name)).toEqual(['window_start', 'window_end', 'page', 'place', 'final']);
  });

  it.each([
    ['/v1/views', '/v1/views'],
    ['/v1/views/{view}', '/v1/views/top'],
    ['/v1/views/top/rows', '/v1/views/top/rows?window=latest_final'],
    ['/v1/views/plain/windows', '/v1/views/plain/windows'],
    ['/v1/views/top/late', '/v1/views/top/late'],
  ])('%s describes exactly what %s answers', async (path, request) => {
    const document = openApi({ ...(await compile(shop)), derived: [top, plain] });
    await expectDescribed(document, path, await opened.get(request));
  });
});

it('sorts text by code point, as the view it reads does: UTF-16 has U+1F600 before U+FFFD', async () => {
  const opened = await openShopWithStory({}, undefined, [plain]);
  await opened.click({ page: '\u{1F600}', at: at(70) }, { page: '\uFFFD', at: at(70) });
  for (const view of ['plain', 'page_views']) {
    const { body } = await opened.get(`/v1/views/${view}/rows?window=latest&order_by=-page&limit=2`);
    expect(body.rows.map(({ page }) => page)).toEqual(['\u{1F600}', '\uFFFD']);
  }
});

it('a page goes on behind the last row of the page before, whatever has left the view meanwhile', async () => {
  // Pages seen once in their minute: one that is seen again leaves the view.
  const once: DerivedViewPlan = {
    name: 'once',
    key: [column('page', 'text', true)],
    relation: { kind: 'filter', input: scan, predicate: (row) => row.views === 1, columns: scan.columns },
    columns: scan.columns,
    fingerprint: '3',
  };
  for (const view of [once, { ...once, key: [] }]) {
    for (const path of ['once/rows?window=latest', 'once/rows?window=latest&order_by=-page', 'once/rows?from=-1+hour']) {
      if (path.includes('from') && view.key.length > 0) continue;
      const one = await Shop.open({}, undefined, [view]);
      const pages = ['/a', '/b', '/c', '/d'];
      await one.click(...pages.map((page) => ({ page, at: at(0) })));
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const { body } = await one.get(`/v1/views/${path}&limit=1${cursor}`);
        const [row] = body.rows;
        if (row) {
          seen.push(row.page);
          await one.click({ page: row.page as string, at: at(0) });
        }
        cursor = body.next === null ? '' : `&cursor=${body.next}`;
      } while (cursor !== '');
      expect(seen.toSorted(), path).toEqual(pages);
    }
  }
});

it('shows values that are computed over a view with a global window', async () => {
  const totals = application('totals', {
    sql: sql(`CREATE TABLE clicks (page text NOT NULL, ms double precision, at timestamptz NOT NULL) WITH (event_time = 'at');
      CREATE MATERIALIZED VIEW v AS SELECT page, 100 / sum(ms) AS r FROM clicks GROUP BY page;`),
  });
  const service = await SqlService.open(totals, Date.parse('2026-01-01T10:00:00Z'));
  const clicks = [4, 20, 50].map((ms, i) => ({ page: `/${i}`, ms, at: '2026-01-01T10:00:00Z' }));
  await service.put('clicks', clicks);
  const get = async (path: string) => (await service.api.request(`/v1/views/v/rows?${path}`)).json();
  expect(await get('window=latest')).toMatchObject({
    rows: [
      { page: '/0', r: 25 },
      { page: '/1', r: 5 },
      { page: '/2', r: 2 },
    ],
    next: null,
  });
  expect(await get('key.page=/1')).toMatchObject({ rows: [{ page: '/1', r: 5 }], next: null });
  const { rows, next } = await get('window=latest&limit=2');
  expect(rows).toMatchObject([{ page: '/0' }, { page: '/1' }]);
  expect(await get(`window=latest&limit=2&cursor=${encodeURIComponent(next)}`)).toMatchObject({ rows: [{ page: '/2' }], next: null });
});
