CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 minutes');
SELECT window_start, window_end, count(*) AS n, avg(y) AS a, first(k) AS k FROM SESSION(ev, at, INTERVAL '90 seconds') GROUP BY window_start, window_end;
