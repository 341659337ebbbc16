CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE l AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM ev WHERE g = 'x' GROUP BY ALL;
CREATE TABLE r AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev WHERE g = 'y' GROUP BY ALL;
SELECT k, window_start, window_end, n, s FROM l FULL JOIN r USING (k, window_start, window_end) WHERE n IS NULL OR s IS NULL;
