CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT a.k, a.x AS ax, b.x AS bx, a.window_start FROM TUMBLE(ev, at, INTERVAL '1 minute') AS a JOIN TUMBLE(ev, at, INTERVAL '1 minute') AS b ON a.k = b.k AND a.window_start = b.window_start AND a.window_end = b.window_end AND a.x < b.x;
