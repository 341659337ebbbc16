CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW v (key, since, until, number) AS SELECT k, window_start, window_end, count(*) FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end;
SELECT key, since, number FROM v WHERE number > 1;
