CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
WITH minutes AS (SELECT k, bucket("at", 60000) AS ws, count(*) AS n FROM ev GROUP BY ALL), fives AS (SELECT k, bucket(ws, 300000) AS ws, max(n) AS most FROM minutes GROUP BY ALL)
SELECT bucket(ws, 600000) AS window_start, after(bucket(ws, 600000), 600000) AS window_end, sum(most) AS s FROM fives GROUP BY ALL;
