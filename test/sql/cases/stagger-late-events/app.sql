-- Worked by hand. Windows of 10 minutes, out of order up to 5: after an event at m the watermark is at least m - 5, and what is behind it is late.
--   3  a        opens [3, 13)
--   0  a        w = -2: in time, and the first now: [0, 10)
--   8  a        in [0, 10)
--  10  a        opens [10, 20)
--   5  a        w = 5, right there: in time
--   4  a        late
--  30  b        w = 25
--  24  a        late, though nothing else of a is behind 20
--  27  a        opens [27, 37)
--  26  a        in time: opens [26, 36), and 27 is in it
CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 minutes');
SELECT k, window_start, window_end, count(*) AS n, sum(x) AS s FROM STAGGER(ev, at, INTERVAL '10 minutes') GROUP BY k, window_start, window_end;
