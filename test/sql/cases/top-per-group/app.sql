CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT g, k, window_start, window_end, n FROM (
  SELECT g, k, window_start, window_end, count(*) AS n, row_number() OVER (PARTITION BY g, window_start, window_end ORDER BY count(*) DESC, k) AS place
  FROM TUMBLE(ev, at, INTERVAL '5 minutes') GROUP BY g, k, window_start, window_end) AS r WHERE place = 1;
