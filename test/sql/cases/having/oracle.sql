CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev GROUP BY ALL HAVING count(*) > 1 AND sum(x) > 5;
