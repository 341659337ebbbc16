CREATE TABLE t (k text, x bigint, at timestamptz) WITH (event_time = 'at');
CREATE MATERIALIZED VIEW hours AS SELECT window_start, window_end, sum(x) AS s FROM TUMBLE(t, at, INTERVAL '1 hour') GROUP BY window_start, window_end;
SELECT window_start, window_end, sum(s) AS s, count(*) AS hours FROM CALENDAR(hours, window_start, 'day', 'Europe/Berlin') GROUP BY window_start, window_end;
