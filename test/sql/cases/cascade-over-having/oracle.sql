CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket(ws, 600000) AS window_start, after(bucket(ws, 600000), 600000) AS window_end, count(*) AS busy_minutes FROM (SELECT k, bucket("at", 60000) AS ws, count(*) AS n FROM ev GROUP BY ALL HAVING count(*) >= 2) GROUP BY ALL;
