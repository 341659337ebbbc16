-- Worked by hand. Gap 10 minutes, out of order up to 5: after an event at m the watermark w is at least m - 5.
--   0  a        [0, 10)
--  15  b        w = 10, at the very end of a's session, which is open still: an event at 10 would belong to it
--  10  a        w = 10, [0, 20)
--  26  b        w = 21: a's session is over. b's [15, 25) and this one, [26, 36), are two
--   9  a        late: its own session would end at 19, before 21, and no open session of a is within a gap of it
--  13  b        its own session would end at 23, after 21, and reaches [15, 25) and no further: that one begins at 13
--  11  b        its own would end at 21, where the watermark is: not late, and [13, 25) reaches there
--  35  b        w = 30: [11, 25) is over. One gap after 26 at the most, so [26, 45)
--  17  b        its own would end at 27, before 30; but [26, 45) is open and begins within a gap of it: it counts there, which begins at 17
--  14  b        its own would end at 24; [17, 45) is open and begins within a gap of it: it begins at 14
CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 minutes');
SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM SESSION(ev, at, INTERVAL '10 minutes') GROUP BY k, window_start, window_end;
