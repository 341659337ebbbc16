CREATE TABLE t (x bigint, at timestamptz) WITH (event_time = 'at');
SELECT window_start, window_end, sum(x) AS s, max(x) AS hi, min(x) AS lo FROM TUMBLE(t, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
