CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, corr(x, y) AS c, regr_slope(y, x) AS s, regr_intercept(y, x) AS i, regr_r2(y, x) AS r FROM TUMBLE(ev, at, '10 minutes') GROUP BY window_start, window_end;
