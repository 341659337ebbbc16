CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH minutes AS (SELECT k, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end),
  fives AS (SELECT k, window_start, window_end, max(n) AS most FROM TUMBLE(minutes, window_start, INTERVAL '5 minutes') GROUP BY k, window_start, window_end)
SELECT window_start, window_end, sum(most) AS s FROM TUMBLE(fives, window_start, INTERVAL '10 minutes') GROUP BY window_start, window_end;
