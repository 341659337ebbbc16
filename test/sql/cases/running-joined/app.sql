CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
WITH a AS (SELECT k, count(*) AS n FROM ev WHERE g = 'x' GROUP BY k), b AS (SELECT k, sum(x) AS s FROM ev WHERE g = 'y' GROUP BY k)
SELECT k, n, s FROM a JOIN b USING (k);
