CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT x % 3 AS r, g, window_start AS w, window_end AS e, count(*) AS n FROM TUMBLE(ev, at, '2 minutes') GROUP BY 1, 2, 3, 4;
