CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT k, n FROM (SELECT k, count(*) AS n, row_number() OVER (ORDER BY count(*) DESC, k) AS place FROM ev GROUP BY k) AS q WHERE place <= 2;
