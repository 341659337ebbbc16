CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW v1 AS SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end;
CREATE MATERIALIZED VIEW v2 AS SELECT k, window_start, window_end, s::double precision / n AS mean FROM v1 WHERE n > 1;
CREATE MATERIALIZED VIEW v3 AS SELECT coalesce(k, '?') AS k, window_start, window_end, round(mean) AS mean FROM v2 WHERE mean IS NOT NULL;
