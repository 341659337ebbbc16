CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW l AS SELECT k, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') WHERE g = 'x' GROUP BY k, window_start, window_end;
CREATE MATERIALIZED VIEW r AS SELECT k, window_start, window_end, sum(x) AS s FROM TUMBLE(ev, at, INTERVAL '1 minute') WHERE g = 'y' GROUP BY k, window_start, window_end;
SELECT l.k, l.window_start, l.window_end, n, s FROM l LEFT JOIN r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end;
