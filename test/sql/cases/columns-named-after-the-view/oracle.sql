CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k AS key, bucket("at", 60000) AS since, count(*) AS number FROM ev GROUP BY ALL HAVING count(*) > 1;
