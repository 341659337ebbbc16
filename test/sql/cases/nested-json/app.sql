CREATE TABLE t (doc jsonb, at timestamptz) WITH (event_time = 'at');
SELECT doc->>'kind' AS kind, window_start, window_end, sum((doc->'size'->>'w')::bigint) AS w, count(doc->'tags'->>1) AS second_tags
FROM TUMBLE(t, at, INTERVAL '1 minute') GROUP BY kind, window_start, window_end;
