CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, count(*) FILTER (WHERE ok) AS yes, sum(x) FILTER (WHERE x > 5) AS large, avg(y) FILTER (WHERE ok IS NULL) AS unknown, count(*) AS n FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
