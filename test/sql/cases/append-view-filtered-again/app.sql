CREATE TABLE ev (k text, g text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL)
  WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW few AS SELECT k, x, at FROM ev WHERE x IS NOT NULL;
CREATE MATERIALIZED VIEW fewer AS SELECT k, x + 1 AS x FROM few WHERE x > 10;
