CREATE TABLE t (k text, x bigint, at timestamptz) WITH (event_time = 'at');
SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM CALENDAR(t, at, 'day', 'America/New_York') GROUP BY k, window_start, window_end;
