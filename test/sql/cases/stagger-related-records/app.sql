-- Worked by hand. What stagger windows are for, as Amazon's guide to Kinesis Data Analytics tells it: records that belong together come within a
-- minute of each other, but not within one minute of the clock. They are told apart by their own minute and ticker.
-- AMZN of 20:17 comes from 20:17:30 to 20:18:20, INTC of 20:17 from 20:17:50 on, AMZN of 20:18 has a window of its own.
CREATE TABLE trades (ticker text NOT NULL, event_time timestamptz NOT NULL, at timestamptz NOT NULL) WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
SELECT ticker, date_trunc('minute', event_time) AS minute, window_start, window_end, count(*) AS n
  FROM STAGGER(trades, at, INTERVAL '1 minute') GROUP BY ticker, date_trunc('minute', event_time), window_start, window_end;
