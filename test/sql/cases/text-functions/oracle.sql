CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT coalesce(k, '') || ':' || g AS kg, length(coalesce(k, 'none')) AS l, bucket("at", 600000) AS window_start, after(bucket("at", 600000), 600000) AS window_end, count(*) AS n FROM ev WHERE coalesce(k, 'z') LIKE '_' GROUP BY ALL;
