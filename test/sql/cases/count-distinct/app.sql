CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT g, window_start, window_end, count(DISTINCT k) AS n, count(DISTINCT x) AS m, sum(DISTINCT x) AS s FROM TUMBLE(ev, at, '5 minutes') GROUP BY g, window_start, window_end;
