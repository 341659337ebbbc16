CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW minutes AS SELECT window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
SELECT window_start, window_end, avg(n) AS mean, max(n) AS most FROM HOP(minutes, window_start, INTERVAL '2 minutes', INTERVAL '4 minutes') GROUP BY window_start, window_end;
