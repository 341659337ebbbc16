-- Worked by hand. Gap 10 minutes, out of order not at all, but 10 minutes late are allowed: sessions take events until the watermark is past
-- their end and 10 minutes more.
--   0  a        [0, 10)
--  20  b        w = 20, less 10: at the very end of a's session
--   3  a        [0, 13)
--  24  b        w = 24, less 10 is 14: over
--  12  a        its own, [12, 22), is open; what reaches back of it is only 14 on, and [0, 13) has ended: two sessions that overlap
--   2  a        its own would end at 12, before 14; [12, 22) is open and begins within a gap of it: it begins at 2
CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '0 seconds');
CREATE MATERIALIZED VIEW v WITH (allowed_lateness = '10 minutes') AS
SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM SESSION(ev, at, INTERVAL '10 minutes') GROUP BY k, window_start, window_end;
