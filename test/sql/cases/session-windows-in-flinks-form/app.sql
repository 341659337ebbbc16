CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '10 minutes');
SELECT window_start, window_end, k, COUNT(*) AS n, SUM(x) FILTER (WHERE ok) AS s
  FROM TABLE(SESSION(TABLE ev PARTITION BY k, DESCRIPTOR(at), INTERVAL '4' MINUTES))
  GROUP BY window_start, window_end, k;
