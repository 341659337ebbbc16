CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, bucket("at", 120000) AS window_start, after(bucket("at", 120000), 120000) AS window_end, count(*) AS n, 0 AS none, count(*) AS alike FROM ev GROUP BY ALL;
