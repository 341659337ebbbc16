CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, var_samp(x) AS vs, var_pop(x) AS vp, stddev(y) AS sd, stddev_pop(y) AS sp FROM TUMBLE(ev, at, '3 minutes') GROUP BY window_start, window_end;
