// Rows of larger windows can be final only as long as the first rows they are made of are kept.
import { expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';

const sqlOf = (retention: string, outer: string, time = 'window_start') =>
  `CREATE TABLE orders (amount bigint, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
   CREATE MATERIALIZED VIEW minutes WITH (retention = '${retention}') AS
     SELECT window_start, window_end, sum(amount) AS total FROM TUMBLE(orders, at, '1 minute') GROUP BY window_start, window_end;
   CREATE MATERIALIZED VIEW larger AS
     SELECT window_start, window_end, sum(total) AS total FROM TUMBLE(minutes, ${time}, '${outer}') GROUP BY window_start, window_end;`;
const compiled = (text: string) => compile(sqlApplication('shop.sql', text));

it.each([
  // The first minute is written when the window is a minute old, the last one at its end.
  ['1 hour', '1 day', 'window_start', '23 hours 59 minutes'],
  ['30 minutes', '1 hour', 'window_start', '59 minutes'],
  ['59 minutes', '1 hour', 'window_end', '59 minutes'],
])('minutes kept for %s make no windows of %s by %s', async (retention, outer, time, least) => {
  await expect(compiled(sqlOf(retention, outer, time))).rejects.toMatchObject({
    code: 'definition',
    message: expect.stringContaining(
      `its windows can never be final: they are made of rows over ${least}, and rows of "minutes" are kept for ${retention}; set the retention of "minutes", or of the application, to more than ${least}`,
    ),
  });
});

it.each([
  ['1 hour', '1 hour', 'window_start'],
  ['1 hour', '1 hour', 'window_end'],
  ['30 days', '1 day', 'window_start'],
])('minutes kept for %s make windows of %s by %s', async (retention, outer, time) => {
  await expect(compiled(sqlOf(retention, outer, time))).resolves.toMatchObject({ name: 'shop' });
});

it('names the view itself where its rows are made of rows that have no name', async () => {
  const text = `CREATE TABLE orders (amount bigint, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
    CREATE MATERIALIZED VIEW days WITH (retention = '2 hours') AS
      WITH m AS (SELECT window_start AS at, sum(amount) AS total FROM TUMBLE(orders, at, '1 minute') GROUP BY window_start, window_end)
      SELECT window_start, window_end, max(total) AS most FROM TUMBLE(m, at, '1 day') GROUP BY window_start, window_end;`;
  await expect(compiled(text)).rejects.toThrow(/view "days": its windows can never be final: .* set the retention of the view, or/);
});
