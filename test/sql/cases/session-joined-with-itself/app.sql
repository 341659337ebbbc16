CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '10 minutes');
CREATE MATERIALIZED VIEW sessions AS SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM SESSION(ev, at, INTERVAL '5 minutes') GROUP BY k, window_start, window_end;
SELECT a.k, a.window_start, a.window_end, a.n, b.s FROM sessions AS a JOIN sessions AS b ON a.window_start = b.window_start AND a.window_end = b.window_end AND a.k = b.k WHERE a.n > 1;
