CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT lower(g) AS part, bucket("at", 120000) AS window_start, after(bucket("at", 120000), 120000) AS window_end, sum(x * 2) AS s FROM ev WHERE y IS NOT NULL GROUP BY ALL;
