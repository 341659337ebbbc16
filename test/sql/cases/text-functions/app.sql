CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT coalesce(k, '') || ':' || g AS kg, length(coalesce(k, 'none')) AS l, window_start, window_end, count(*) AS n FROM TUMBLE(ev, at, '10 minutes') WHERE coalesce(k, 'z') LIKE '_' AND g ~ '^[xy]$' GROUP BY kg, l, window_start, window_end;
