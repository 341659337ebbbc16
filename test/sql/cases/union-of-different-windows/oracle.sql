CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM ev GROUP BY ALL UNION ALL SELECT bucket("at", 300000), after(bucket("at", 300000), 300000), count(*) FROM ev GROUP BY ALL;
