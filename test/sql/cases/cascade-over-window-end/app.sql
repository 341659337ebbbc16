CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW minutes AS SELECT window_start, window_end, sum(y) AS s FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
SELECT window_start, window_end, sum(s) AS s, count(*) AS n FROM TUMBLE(minutes, window_end, INTERVAL '3 minutes') GROUP BY window_start, window_end;
