-- Worked by hand. Gap 10 minutes, out of order up to 1 hour.
-- a: 0, 10 and 20: each exactly one gap after the one before, one session [0, 30).
-- b: 0 and one millisecond more than a gap later: two sessions, which touch.
-- c: 0 and 20 are two sessions until 10 comes, last of all, which is at the end of one and one gap before the other.
CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '1 hour');
SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM SESSION(ev, at, INTERVAL '10 minutes') GROUP BY k, window_start, window_end;
