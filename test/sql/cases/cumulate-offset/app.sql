CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, sum(y) AS s FROM CUMULATE(ev, at, INTERVAL '1 minute', INTERVAL '3 minutes', INTERVAL '30 seconds') GROUP BY window_start, window_end;
