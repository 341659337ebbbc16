CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, min(k) AS first_k, max(k) AS last_k, min(at) AS since, max(at) AS until FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
