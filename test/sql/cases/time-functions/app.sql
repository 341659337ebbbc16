CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT date_trunc('hour', at) AS h, extract(minute FROM at) AS m, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') WHERE at < TIMESTAMPTZ '2026-01-01 00:10:00+00' + INTERVAL '90 seconds' GROUP BY 1, 2, window_start, window_end;
