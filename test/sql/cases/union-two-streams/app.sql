CREATE TABLE impressions (id bigint, ad text, at timestamptz) WITH (event_time = 'at');
CREATE TABLE clicks (imp bigint, ad text, at timestamptz) WITH (event_time = 'at');
SELECT window_start, window_end, sum(n) AS n FROM (
  SELECT window_start, window_end, count(*) AS n FROM TUMBLE(impressions, at, INTERVAL '1 minute') GROUP BY window_start, window_end
  UNION ALL SELECT window_start, window_end, count(*) FROM TUMBLE(clicks, at, INTERVAL '1 minute') GROUP BY window_start, window_end) AS q GROUP BY window_start, window_end;
