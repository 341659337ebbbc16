CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, window_start, window_end, count(*) AS n, count(*) FILTER (WHERE 'false') AS none, count(*) FILTER (WHERE 'true') AS alike
FROM TUMBLE(ev, at, INTERVAL '2 minutes') WHERE 'true' GROUP BY k, window_start, window_end HAVING 'true';
