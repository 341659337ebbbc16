CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH per_key AS (SELECT k, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end),
  total AS (SELECT window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY window_start, window_end)
SELECT p.k, p.window_start, p.window_end, p.n::double precision / t.n AS share FROM per_key p JOIN total t ON p.window_start = t.window_start AND p.window_end = t.window_end;
