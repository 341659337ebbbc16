import { describe, expect, it } from 'vitest';
import { application, sql, stream, tumbling, view } from '../../lib/index.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const clicks = stream('clicks', { columns: { page: 'text', ms: 'bigint', at: 'timestamptz' }, eventTime: 'at', maxOutOfOrderness: 0 });
const pageViews = view(
  'page_views',
  clicks
    .keyBy('page')
    .window(tumbling('1 minute'))
    .aggregate((a) => ({ views: a.count(), total_ms: a.sum('ms') })),
);
const shop = application('shop', { views: [pageViews] });
const click = (page: string, ms: number, at = '2026-01-01T00:00:00Z') => ({ page, ms, at });

describe('createTestDriver', () => {
  it('takes the application and compiles it', async () => {
    const driver = await createTestDriver(shop);
    await driver.put('clicks', [click('/a', 1), click('/a', 2), click('/b', 4)]);
    const rows = await driver.rows('page_views', { key: { page: '/a' } });
    expect(rows.map(({ views, total_ms, final }) => [views, total_ms, final])).toEqual([[2, 3, false]]);
  });

  it('says what is wrong with a mistaken application', async () => {
    await expect(createTestDriver(application('shop', { views: [pageViews, pageViews] }))).rejects.toMatchObject({ code: 'definition' });
  });
});

describe('sql', () => {
  it('answers what POST /v1/sql would: live and final rows, parameters, an order', async () => {
    const driver = await createTestDriver(shop);
    await driver.put('clicks', [click('/a', 1), click('/b', 4)]);
    await driver.advance('5 minutes');
    await driver.put('clicks', [click('/a', 10, '2026-01-01T00:05:00Z'), click('/c', 7, '2026-01-01T00:05:00Z')]);
    const text = 'SELECT page, total_ms AS ms FROM page_views WHERE page <> $1 ORDER BY ms DESC';
    expect(await driver.sql<{ page: string; ms: number }>(text, { parameters: ['/c'] })).toEqual([
      { page: '/a', ms: 10, final: false },
      { page: '/b', ms: 4, final: true },
      { page: '/a', ms: 1, final: true },
    ]);
  });

  it('has the driver’s clock as now()', async () => {
    const driver = await createTestDriver(shop, { now: '2026-01-01T00:10:00Z' });
    await driver.put('clicks', [click('/a', 1, '2026-01-01T00:05:00Z'), click('/b', 1, '2026-01-01T00:09:00Z')]);
    const text = "SELECT page FROM page_views WHERE window_start >= now() - INTERVAL '2 minutes'";
    expect(await driver.sql(text)).toMatchObject([{ page: '/b' }]);
  });

  it('says where a mistake is', async () => {
    const driver = await createTestDriver(shop);
    await expect(driver.sql('SELECT pge FROM page_views')).rejects.toMatchObject({ code: 'definition', place: { line: 1, column: 8 } });
  });

  it('knows views and functions of the application’s own SQL', async () => {
    const text = 'CREATE MATERIALIZED VIEW busy AS SELECT page, window_start, views FROM page_views WHERE views > 1;';
    const driver = await createTestDriver(application('shop', { views: [pageViews], sql: sql(text) }));
    await driver.put('clicks', [click('/a', 1), click('/a', 2), click('/b', 4)]);
    expect(await driver.sql('SELECT page, views FROM busy')).toEqual([{ page: '/a', views: 2, final: false }]);
  });
});
