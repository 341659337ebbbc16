-- Weather of Seattle, a reading a day: a moving average, sums so far, and records of all time.
CREATE TABLE weather (
  date timestamptz NOT NULL,
  precipitation double precision NOT NULL, -- mm
  temp_max double precision NOT NULL,      -- °C
  temp_min double precision NOT NULL,
  wind double precision NOT NULL,          -- m/s
  weather text NOT NULL
) WITH (event_time = 'date', max_out_of_orderness = '0 seconds', max_behind = '36500 days'); -- of 2012 to 2015, whenever they are sent

-- At every day, the mean of the seven days up to it.
CREATE MATERIALIZED VIEW moving_average AS
  SELECT window_start, window_end, AVG(temp_max) AS temp_max, AVG(temp_min) AS temp_min, COUNT(*) AS days
  FROM HOP(weather, date, INTERVAL '1 day', INTERVAL '7 days')
  GROUP BY window_start, window_end;

-- At every day, the rain since its four weeks began.
CREATE MATERIALIZED VIEW rain_so_far AS
  SELECT window_start, window_end, SUM(precipitation) AS rain
  FROM CUMULATE(weather, date, INTERVAL '1 day', INTERVAL '28 days')
  GROUP BY window_start, window_end;

-- By kind of weather, over all time.
CREATE MATERIALIZED VIEW records AS
  SELECT weather, COUNT(*) AS days, SUM(precipitation) AS rain, MAX(temp_max) AS warmest, MIN(temp_min) AS coldest
  FROM weather
  GROUP BY weather;
