CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH q (part, twice, t) AS (SELECT lower(g), x * 2, at FROM ev WHERE y IS NOT NULL) SELECT q.part, q.window_start, q.window_end, sum(q.twice) AS s
FROM TUMBLE(q, t, INTERVAL '2 minutes') AS q GROUP BY q.part, q.window_start, q.window_end;
