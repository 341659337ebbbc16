-- A comment, and names that keep their case.
CREATE TABLE "Events" ("Key Part" text, "select" bigint, "At" timestamptz) WITH (event_time = 'At');
/* All of them, /* and comments in comments, */ in one view. */
CREATE MATERIALIZED VIEW "V" AS
  SELECT "Key Part" AS "Part", window_start, WINDOW_END, SUM("select") AS "Total" FROM TUMBLE("Events", "At", INTERVAL '1 hour')
  GROUP BY "Key Part", window_start, window_end;
