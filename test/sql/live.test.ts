import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/core/column.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';
import { createTestDriver, type TestDriver } from '../../lib/testing/test-driver.ts';

const TEXT = `CREATE TABLE orders (customer text, amount bigint, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
CREATE MATERIALIZED VIEW large AS SELECT customer, amount * 2 AS twice, at FROM orders WHERE amount >= 10;
CREATE MATERIALIZED VIEW totals AS SELECT customer, count(*) AS n, sum(amount) AS total FROM orders GROUP BY customer;
CREATE MATERIALIZED VIEW everything AS SELECT count(*) AS n, sum(amount) AS total FROM orders;
CREATE MATERIALIZED VIEW per_minute AS
  SELECT customer, window_start, window_end, sum(amount) AS total FROM TUMBLE(orders, at, '1 minute') GROUP BY customer, window_start, window_end;
CREATE MATERIALIZED VIEW best AS SELECT customer, window_start, window_end, total FROM (
  SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY total DESC) AS place FROM per_minute) AS r WHERE place = 1;
CREATE MATERIALIZED VIEW fives AS
  SELECT window_start, window_end, max(total) AS most FROM TUMBLE(best, window_start, INTERVAL '5 minutes') GROUP BY window_start, window_end;`;

const T0 = Date.parse('2026-01-01T10:00:00Z');
const time = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

async function started(): Promise<TestDriver> {
  return createTestDriver(sqlApplication('shop.sql', TEXT), { now: T0, shards: 2 });
}

/** Orders of two customers, on both shards. */
async function putOrders(driver: TestDriver): Promise<void> {
  await driver.put('orders', [
    { customer: 'a', amount: 12, at: time(0) },
    { customer: 'b', amount: 3, at: time(1) },
  ]);
  await driver.put('orders', { customer: 'a', amount: 20, at: time(2) }, { shard: 1 });
  driver.restart();
  await driver.advance('90 seconds');
  await driver.put('orders', { customer: 'b', amount: 50, at: time(70) });
}

/** Rows without what says of when they are. */
async function rows(driver: TestDriver, view: string, names: readonly string[]): Promise<Row[]> {
  return (await driver.rows(view)).map((row) => Object.fromEntries(names.map((name) => [name, row[name]])));
}

describe('views of SQL while events come', () => {
  it('an append view has a row for each event, also for one that comes late', async () => {
    const driver = await started();
    await putOrders(driver);
    const columns = ['customer', 'twice', 'at'];
    const sorted = async () => (await rows(driver, 'large', columns)).map((row) => JSON.stringify(row)).sort();
    const expected = [
      { customer: 'a', twice: 24, at: time(0) },
      { customer: 'a', twice: 40, at: time(2) },
      { customer: 'b', twice: 100, at: time(70) },
    ];
    expect(await sorted()).toEqual(expected.map((row) => JSON.stringify(row)).sort());
    // Its minute of event time is long over; its arrival is now.
    await driver.advance('1 hour');
    await driver.put('orders', { customer: 'c', amount: 11, at: time(5) });
    await driver.advance('1 hour');
    driver.restart();
    expect(await sorted()).toEqual([...expected, { customer: 'c', twice: 22, at: time(5) }].map((row) => JSON.stringify(row)).sort());
    expect(await driver.late('large')).toEqual([]);
    expect(await driver.late('per_minute')).toHaveLength(1);
  });

  it('a stream without event time goes by when events came', async () => {
    const text = `CREATE TABLE taps (page text NOT NULL, noted timestamptz);
      CREATE MATERIALIZED VIEW per_minute AS SELECT page, window_start, window_end, count(*) AS n, last(noted) AS noted
        FROM TUMBLE(taps, arrival_time, INTERVAL '1 minute') GROUP BY page, window_start, window_end;
      CREATE MATERIALIZED VIEW all_taps AS SELECT page, noted FROM taps;`;
    const driver = await createTestDriver(sqlApplication('taps.sql', text), { now: T0 });
    // What columns say of time counts for nothing, be it years ago or ahead.
    await driver.put('taps', [{ page: '/a', noted: '1999-01-01T00:00:00Z' }, { page: '/a' }, { page: 1 }]);
    await driver.advance('70 seconds');
    await driver.put('taps', { page: '/a', noted: '2099-01-01T00:00:00Z' });
    await driver.advance('10 seconds');
    expect(await driver.rows('per_minute')).toMatchObject([
      { window_start: time(0), n: 2, noted: null, final: true },
      { window_start: time(60), n: 1, noted: '2099-01-01T00:00:00.000Z', final: false },
    ]);
    expect(await rows(driver, 'all_taps', ['page'])).toHaveLength(3);
    expect(await driver.late('per_minute')).toEqual([]);
    expect(await driver.deadLetters('taps')).toHaveLength(1);
    await driver.advance('10 minutes');
    expect((await driver.rows('per_minute')).map(({ final }) => final)).toEqual([true, true]);
  });

  it('a view without windows has the running result, of every key and of none', async () => {
    const driver = await started();
    expect(await rows(driver, 'everything', ['n', 'total'])).toEqual([{ n: 0, total: null }]);
    await putOrders(driver);
    expect(await rows(driver, 'totals', ['customer', 'n', 'total'])).toEqual([
      { customer: 'a', n: 2, total: 32 },
      { customer: 'b', n: 2, total: 53 },
    ]);
    expect(await rows(driver, 'everything', ['n', 'total'])).toEqual([{ n: 4, total: 85 }]);
    await driver.advance('40 days');
    driver.restart();
    await driver.put('orders', { customer: 'a', amount: 1, at: time(40 * 86_400) });
    expect(await rows(driver, 'everything', ['n', 'total'])).toEqual([{ n: 5, total: 86 }]);
  });

  it('Top-N and windows over windows follow, and are final when their windows are', async () => {
    const driver = await started();
    await putOrders(driver);
    const minute = (i: number) => ({ window_start: time(i * 60), window_end: time((i + 1) * 60) });
    expect(await driver.rows('best')).toMatchObject([
      { customer: 'a', ...minute(0), total: 32 },
      { customer: 'b', ...minute(1), total: 50, final: false },
    ]);
    expect(await rows(driver, 'fives', ['window_start', 'most'])).toEqual([{ window_start: time(0), most: 50 }]);
    // Once a minute past the five has been merged.
    await driver.advance('5 minutes');
    await driver.put('orders', { customer: 'b', amount: 1, at: time(390) });
    await driver.advance('10 minutes');
    expect(await driver.rows('fives')).toMatchObject([
      { window_start: time(0), window_end: time(300), most: 50, final: true },
      { most: 1 },
    ]);
  });
});

describe('views over sessions', () => {
  it('are final when their sessions are: one that ends right at a boundary is not', async () => {
    const text = `CREATE TABLE orders (customer text, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
      CREATE MATERIALIZED VIEW sessions AS SELECT customer, window_start, window_end, count(*) AS n FROM SESSION(orders, at, '1 minute') GROUP BY customer, window_start, window_end;
      CREATE MATERIALIZED VIEW repeated AS SELECT customer, n, window_start, window_end FROM sessions WHERE n > 1;
      CREATE MATERIALIZED VIEW begun AS SELECT window_start, window_end, sum(n) AS n FROM TUMBLE(sessions, window_start, '1 minute') GROUP BY window_start, window_end;
      CREATE MATERIALIZED VIEW ended AS SELECT window_start, window_end, sum(n) AS n FROM TUMBLE(sessions, window_end, '1 minute') GROUP BY window_start, window_end;`;
    const driver = await createTestDriver(sqlApplication('shop.sql', text), { now: T0 });
    const put = (customer: string, seconds: number) => driver.put('orders', { customer, at: time(seconds) }, { arrival: time(seconds) });
    await put('a', 0);
    await put('d', 5);
    await put('a', 20);
    // d's session is over, and the boundary comes to 80. a's session ends at 80, and so far have all shards come: an order right now would go on with it.
    await put('b', 80);
    const finals = async (view: string) => rows(driver, view, ['window_end', 'n', 'final']);
    expect(await finals('sessions')).toEqual([
      { window_end: time(80), n: 2, final: false },
      { window_end: time(65), n: 1, final: true },
      { window_end: time(140), n: 1, final: false },
    ]);
    expect(await finals('repeated')).toEqual([{ window_end: time(80), n: 2, final: false }]);
    await put('b', 90);
    expect(await finals('repeated')).toEqual([
      { window_end: time(80), n: 2, final: true },
      { window_end: time(150), n: 2, final: false },
    ]);
    // b's session, of three now, ends at 191.
    await put('b', 131);
    await put('c', 200);
    // By when sessions end, a minute is final once that minute is over; by when they begin, it never is: they may end at any time.
    expect(await finals('ended')).toEqual([
      { window_end: time(120), n: 3, final: true },
      { window_end: time(240), n: 3, final: false },
      { window_end: time(300), n: 1, final: false },
    ]);
    expect(await finals('begun')).toEqual([
      { window_end: time(60), n: 3, final: false },
      { window_end: time(120), n: 3, final: false },
      { window_end: time(240), n: 1, final: false },
    ]);
  });
});
