-- Worked by hand. |10:00 … 10:10|, |10:00 … 10:20|; the watermark is 1 second behind the latest event.
-- 10:05 and 10:11 are in time. 10:11 moves the watermark to 10:10:59, so 10:08 is late for the first window and counts in the second.
CREATE TABLE t (x bigint NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '1 second');
SELECT window_start, window_end, sum(x) AS s FROM CUMULATE(t, at, INTERVAL '10 minutes', INTERVAL '20 minutes') GROUP BY window_start, window_end;
