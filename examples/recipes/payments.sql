-- Payments of each account by hour, each counted once, however often its producer puts it.
CREATE TABLE payments (id text NOT NULL, account text NOT NULL, cents bigint NOT NULL, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '1 minute', partition_key = 'account', dedupe_by = 'id', dedupe_within = '1 hour');

CREATE MATERIALIZED VIEW paid AS
  SELECT account, window_start, window_end, count(*) AS payments, sum(cents) AS cents
  FROM TUMBLE(payments, at, INTERVAL '1 hour') GROUP BY account, window_start, window_end;
