CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT g, bucket("at", 600000) AS window_start, after(bucket("at", 600000), 600000) AS window_end, count(*) AS n, min(bucket("at", 60000)) AS since, max(after(bucket("at", 60000), 60000)) AS until FROM ev GROUP BY ALL;
