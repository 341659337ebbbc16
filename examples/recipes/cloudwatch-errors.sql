-- Lines and errors of each service by five minutes, from a subscription filter of CloudWatch Logs.
CREATE TABLE logs ("timestamp" bigint NOT NULL, message text NOT NULL, log_group text NOT NULL, json jsonb)
  WITH (format = 'cloudwatch-logs', event_time = 'timestamp', max_out_of_orderness = '1 minute');

CREATE MATERIALIZED VIEW service_errors AS
  SELECT split_part(log_group, '/', 4) AS service, window_start, window_end, count(*) AS lines,
    count(*) FILTER (WHERE json->>'level' = 'ERROR' OR (json IS NULL AND message LIKE '%ERROR%')) AS errors
  FROM TUMBLE(logs, "timestamp", INTERVAL '5 minutes')
  GROUP BY split_part(log_group, '/', 4), window_start, window_end;
