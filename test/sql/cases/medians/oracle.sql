CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, median(x) AS mx, median(y) AS my FROM ev GROUP BY ALL;
