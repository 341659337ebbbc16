CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT count(*) AS n, count(x) AS c, sum(x) AS s, avg(y) AS a, max(k) AS hi FROM ev WHERE x > 1000;
