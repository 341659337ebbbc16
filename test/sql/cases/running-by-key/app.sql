CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, count(*) AS n, avg(y) AS a, max(at) AS latest FROM ev GROUP BY k;
