CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 300000, off := 120000) AS window_start, after(window_start, 300000) AS window_end, sum(y) AS s FROM ev GROUP BY ALL;
