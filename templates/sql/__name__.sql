-- What is looked at, how often and for how long, minute by minute.
CREATE TABLE clicks (
  page text NOT NULL,
  user_id text NOT NULL,
  ms double precision, -- how long the page was looked at; NULL when the visitor left
  at timestamptz NOT NULL
) WITH (event_time = 'at', max_out_of_orderness = '5 seconds', partition_key = 'user_id');

CREATE MATERIALIZED VIEW page_views WITH (allowed_lateness = '1 minute') AS
  SELECT page, window_start, window_end, COUNT(*) AS views, approx_count_distinct(user_id) AS visitors, AVG(ms) AS avg_ms
  FROM TUMBLE(clicks, at, INTERVAL '1 minute')
  GROUP BY page, window_start, window_end;
