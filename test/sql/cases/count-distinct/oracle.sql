CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT g, bucket("at", 300000) AS window_start, after(bucket("at", 300000), 300000) AS window_end, count(DISTINCT k) AS n, count(DISTINCT x) AS m, sum(DISTINCT x) AS s FROM ev GROUP BY ALL;
