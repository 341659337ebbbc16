// A final row made of several windows is as it was until it is gone: it does not lose them one by one as their retention ends.
import { expect, it } from 'vitest';
import { sqlApplication } from '../../../lib/dsl/sql-application.ts';
import { createTestDriver } from '../../../lib/testing/test-driver.ts';

const TEXT = `CREATE TABLE orders (amount bigint, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
CREATE MATERIALIZED VIEW per_minute WITH (retention = '2 hours') AS
  SELECT window_start, window_end, sum(amount) AS total FROM TUMBLE(orders, at, '1 minute') GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW longer WITH (retention = '3 hours') AS
  SELECT window_start, window_end, count(*) AS n FROM TUMBLE(orders, at, '1 minute') GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW hours AS
  SELECT window_start, window_end, sum(total) AS total FROM TUMBLE(per_minute, window_start, INTERVAL '1 hour') GROUP BY window_start, window_end;
CREATE MATERIALIZED VIEW beside AS
  SELECT window_start, window_end, n, total FROM longer LEFT JOIN per_minute USING (window_start, window_end);`;

it.each([
  ['hours', 1],
  ['beside', 2],
])('%s', async (view, count) => {
  const driver = await createTestDriver(sqlApplication('shop.sql', TEXT), { now: '2026-01-01T10:00:00Z' });
  await driver.put('orders', { amount: 5, at: '2026-01-01T10:00:00Z' });
  await driver.advance('40 minutes');
  await driver.put('orders', { amount: 7, at: '2026-01-01T10:40:00Z' });
  await driver.advance('70 minutes');
  const final = (await driver.rows(view)).filter((row) => row.final);
  expect(final).toHaveLength(count);
  // The first minute was written at 10:40, the other one at 11:50.
  for (let minutes = 0; minutes < 180; minutes += 10) {
    await driver.advance('10 minutes');
    for (const row of await driver.rows(view)) if (row.final) expect(final).toContainEqual(row);
  }
  expect(await driver.rows(view)).toEqual([]);
});
