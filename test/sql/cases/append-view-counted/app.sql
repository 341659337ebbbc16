CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW a AS SELECT k, x FROM ev WHERE ok;
SELECT k, count(*) AS n, sum(x) AS s FROM a GROUP BY k;
