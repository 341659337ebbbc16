CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, COUNT(*) AS n
  FROM TABLE(HOP(DATA => TABLE ev, TIMECOL => DESCRIPTOR(at), SLIDE => INTERVAL '5' MINUTES, SIZE => INTERVAL '10' MINUTES))
  GROUP BY window_start, window_end;
