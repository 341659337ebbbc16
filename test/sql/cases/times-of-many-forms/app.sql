-- Worked by hand: without a zone a time is UTC; a number counts milliseconds since 1970 where the column is a bigint.
-- 10:00:30, 10:00:30 (+02:00 is 12:00:30), 10:00:59.999 and 10:00:00 are in the minute from 10:00; 10:01:00 is in the next one.
CREATE TABLE t (at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '2 minutes');
SELECT window_start, window_end, count(*) AS n, min(at) AS first_at FROM TUMBLE(t, at, INTERVAL '1' MINUTE) GROUP BY window_start, window_end;
