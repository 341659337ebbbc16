CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW v AS SELECT k, window_start, window_end, count(*) AS n, count(x) AS c, sum(x) AS s, avg(x) AS a, min(y) AS lo, max(y) AS hi FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end;
