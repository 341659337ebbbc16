CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM CUMULATE(ev, at, INTERVAL '2 minutes', INTERVAL '6 minutes') GROUP BY k, window_start, window_end;
