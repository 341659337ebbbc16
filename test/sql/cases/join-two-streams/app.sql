CREATE TABLE impressions (id bigint, ad text, at timestamptz) WITH (event_time = 'at');
CREATE TABLE clicks (imp bigint, ad text, at timestamptz) WITH (event_time = 'at', max_out_of_orderness = '10 seconds');
CREATE MATERIALIZED VIEW shown AS SELECT ad, window_start, window_end, count(*) AS n FROM TUMBLE(impressions, at, INTERVAL '2 minutes') GROUP BY ad, window_start, window_end;
CREATE MATERIALIZED VIEW clicked AS SELECT ad, window_start, window_end, count(*) AS n FROM TUMBLE(clicks, at, INTERVAL '2 minutes') GROUP BY ad, window_start, window_end;
CREATE MATERIALIZED VIEW rate AS
  SELECT ad, window_start, window_end, shown.n AS shown, coalesce(clicked.n, 0) AS clicked, coalesce(clicked.n, 0)::double precision / shown.n AS rate
  FROM shown LEFT JOIN clicked USING (ad, window_start, window_end);
