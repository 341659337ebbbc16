CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH good AS (SELECT k, x, at FROM ev WHERE x > 0), sums AS (
  SELECT k, window_start, window_end, sum(x) AS s FROM TUMBLE(good, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end)
SELECT k, window_start, window_end, s * 2 AS twice FROM sums WHERE s > 3;
