CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT count(*) AS n, sum(x) AS s, count(DISTINCT k) AS keys, min(y) AS lo FROM ev;
