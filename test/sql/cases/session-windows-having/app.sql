CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '10 minutes');
SELECT k, window_start, window_end, count(*) AS n FROM SESSION(ev, at, INTERVAL '5 minutes') WHERE x > 0 GROUP BY k, window_start, window_end
  HAVING count(*) > 2 AND window_end - window_start > INTERVAL '7 minutes';
