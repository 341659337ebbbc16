CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '10 minutes');
SELECT window_start, window_end, count(*) AS n, rate() AS per_second FROM TABLE(STAGGER(TABLE ev, DESCRIPTOR(at), INTERVAL '5' MINUTES)) GROUP BY window_start, window_end;
