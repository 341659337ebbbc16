CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket(ws, 300000) AS window_start, after(bucket(ws, 300000), 300000) AS window_end, k, sum(s) AS total, count(*) AS minutes, max(s) AS best FROM (SELECT k, bucket("at", 60000) AS ws, sum(x) AS s FROM ev GROUP BY ALL) GROUP BY ALL;
