CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, count(x) AS n FROM HOP(ev, at, INTERVAL '2 minutes', INTERVAL '6 minutes', INTERVAL '30 seconds') GROUP BY window_start, window_end;
