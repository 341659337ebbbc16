CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT g, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x * 2 + 1) AS s, avg(x + y) AS a, max(length(coalesce(k, 'none'))) AS l, count(nullif(k, 'a')) AS c FROM ev GROUP BY ALL;
