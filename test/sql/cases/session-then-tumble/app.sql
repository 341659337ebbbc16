CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '10 minutes');
CREATE MATERIALIZED VIEW sessions AS SELECT k, window_start, window_end, count(*) AS n FROM SESSION(ev, at, INTERVAL '5 minutes') GROUP BY k, window_start, window_end;
SELECT window_start, window_end, count(*) AS sessions, sum(n) AS events, max(n) AS most FROM TUMBLE(sessions, window_end, INTERVAL '15 minutes') GROUP BY window_start, window_end;
