-- Two sessions of B and one of A, out of order within the second. Worked by hand, as Flink documents it.
CREATE TABLE bid (
  bidtime TIMESTAMPTZ,
  price DOUBLE PRECISION,
  item TEXT
) WITH (event_time = 'bidtime', max_out_of_orderness = '1 second');

CREATE MATERIALIZED VIEW v AS
SELECT window_start, window_end, item, SUM(price) AS total_price
FROM SESSION(bid, bidtime, INTERVAL '5 minutes')
GROUP BY item, window_start, window_end;
