CREATE TABLE t (ms bigint, x bigint) WITH (event_time = 'ms');
SELECT window_start, window_end, sum(x) AS s FROM TUMBLE(t, ms, INTERVAL '1 second') GROUP BY window_start, window_end;
