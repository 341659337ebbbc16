CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW minutes AS SELECT g, window_start AS since, window_end AS until, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY g, window_start, window_end;
SELECT g, window_start, window_end, sum(n) AS n, min(since) AS since, max(until) AS until FROM TUMBLE(minutes, since, INTERVAL '10 minutes') GROUP BY g, window_start, window_end;
