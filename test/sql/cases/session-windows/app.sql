CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '20 minutes');
SELECT k, g, window_start, window_end, count(*) AS n, sum(x) AS s, max(y) AS m FROM SESSION(ev, at, INTERVAL '5 minutes') GROUP BY k, g, window_start, window_end;
