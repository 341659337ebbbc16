-- Means of meters by hour, from a gateway that sends CSV: several lines in a record, a decimal comma, local times.
CREATE TABLE readings (meter text NOT NULL, watts text, written text NOT NULL,
    at timestamptz GENERATED ALWAYS AS (to_timestamp(written, 'DD.MM.YYYY HH24:MI') AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin') STORED)
  WITH (format = 'csv', delimiter = ';', event_time = 'at');

CREATE MATERIALIZED VIEW hourly AS
  SELECT meter, window_start, window_end, count(watts) AS readings, avg(replace(watts, ',', '.')::double precision) AS watts
  FROM TUMBLE(readings, at, INTERVAL '1 hour') GROUP BY meter, window_start, window_end;
