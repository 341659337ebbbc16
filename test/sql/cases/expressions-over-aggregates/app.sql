CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT window_start, window_end, sum(x) / count(*) AS whole, sum(x)::double precision / count(*) AS exact, coalesce(max(y), 0) - coalesce(min(y), 0) AS spread, count(*) + 1 AS more FROM TUMBLE(ev, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
