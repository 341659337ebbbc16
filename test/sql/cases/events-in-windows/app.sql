CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, x + 1 AS more, window_start, window_end FROM HOP(ev, at, INTERVAL '1 minute', INTERVAL '2 minutes') WHERE ok;
