CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, window_start, window_end, count(*) AS n FROM TUMBLE(ev, arrival_time, INTERVAL '1 minute') GROUP BY k, window_start, window_end;
