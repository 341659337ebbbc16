CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n, count(x) AS c, sum(x) AS s, avg(x) AS a, min(y) AS lo, max(y) AS hi FROM ev GROUP BY ALL;
