CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT upper(k) AS kk, CASE WHEN x < 0 THEN 'neg' WHEN x IS NULL THEN 'none' ELSE 'pos' END AS sign, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, '5 minutes') GROUP BY upper(k), sign, window_start, window_end;
