CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT g, window_start, window_end, count(*) AS n, max(at) AS latest FROM TUMBLE(ev, at, INTERVAL '7 minutes', INTERVAL '1 minute') GROUP BY g, window_start, window_end;
