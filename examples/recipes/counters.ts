import { application, scalar, sql } from '../../lib/index.ts';

/** How much a counter has grown: a value below the one before it is of a counter that has started again at zero. */
const increase = scalar(['jsonb'], 'double precision', (values) => {
  const totals = values as readonly number[];
  return totals.reduce((sum, total, i) => {
    const before = totals[i - 1];
    return before === undefined ? 0 : sum + (total < before ? total : total - before);
  }, 0);
});

/** What devices have counted within an hour, although their counters start again when they do. */
export default application('counters', {
  sql: sql(
    `CREATE TABLE counters (device text NOT NULL, total double precision NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at');

     CREATE MATERIALIZED VIEW increases AS
       SELECT device, window_start, window_end, increase(array_agg(total ORDER BY at)) AS counted
       FROM TUMBLE(counters, at, INTERVAL '1 hour') GROUP BY device, window_start, window_end;`,
    { functions: { increase } },
  ),
});
