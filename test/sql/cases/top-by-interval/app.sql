CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, window_start, window_end, n, place FROM (
  SELECT *, row_number() OVER (PARTITION BY window_start, window_end ORDER BY latest - earliest DESC, n, k) AS place FROM (
    SELECT k, window_start, window_end, max(at) AS latest, min(at) AS earliest, count(*) AS n
    FROM TUMBLE(ev, at, INTERVAL '5 minutes') GROUP BY k, window_start, window_end) AS c
) AS r WHERE place <= 3;
