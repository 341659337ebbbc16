-- Changes of a DynamoDB table by hour and status, from its Kinesis data stream.
CREATE TABLE changes (event_name text NOT NULL, table_name text NOT NULL, at timestamptz NOT NULL, new jsonb, old jsonb)
  WITH (format = 'dynamodb-stream', event_time = 'at');

CREATE MATERIALIZED VIEW order_changes AS
  SELECT new->>'status' AS status, window_start, window_end, count(*) AS changes,
    count(*) FILTER (WHERE event_name = 'INSERT') AS inserted, sum((new->>'total')::double precision) AS total
  FROM TUMBLE(changes, at, INTERVAL '1 hour')
  WHERE event_name <> 'REMOVE' AND new->>'status' IS DISTINCT FROM old->>'status'
  GROUP BY new->>'status', window_start, window_end;
