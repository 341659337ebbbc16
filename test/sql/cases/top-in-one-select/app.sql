CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, window_start, window_end, sum(y) AS s, row_number() OVER (PARTITION BY window_start, window_end ORDER BY sum(y) DESC NULLS LAST, k) AS place FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end;
