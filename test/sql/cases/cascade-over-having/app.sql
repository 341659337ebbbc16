CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH busy AS (SELECT k, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end HAVING count(*) >= 2)
SELECT window_start, window_end, count(*) AS busy_minutes FROM TUMBLE(busy, window_start, INTERVAL '10 minutes') GROUP BY window_start, window_end;
