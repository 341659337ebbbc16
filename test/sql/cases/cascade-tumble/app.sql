CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW minutes AS SELECT k, window_start, window_end, sum(x) AS s FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end;
SELECT window_start, window_end, k, sum(s) AS total, count(*) AS minutes, max(s) AS best FROM TUMBLE(minutes, window_start, INTERVAL '5 minutes') GROUP BY window_start, window_end, k;
