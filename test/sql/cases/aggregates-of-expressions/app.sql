CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT g, window_start, window_end, sum(x * 2 + 1) AS s, avg(x + y) AS a, max(length(coalesce(k, 'none'))) AS l, count(nullif(k, 'a')) AS c FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY g, window_start, window_end;
