CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, x, at, window_start, window_end FROM (
  SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY x DESC NULLS LAST, at) AS place FROM TUMBLE(ev, at, INTERVAL '2 minutes')
) AS q WHERE place <= 2;
