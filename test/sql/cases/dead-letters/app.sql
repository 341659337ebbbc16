-- Worked by hand: only the first and the last line are events: the others lack x, have text for it, a fraction, no time, or are no JSON objects.
CREATE TABLE t (x bigint NOT NULL, at timestamptz) WITH (event_time = 'at');
SELECT window_start, window_end, count(*) AS n, sum(x) AS s FROM TUMBLE(t, at, INTERVAL '1 minute') GROUP BY window_start, window_end;
