CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT g, bucket("at", 420000, off := 60000) AS window_start, after(window_start, 420000) AS window_end, count(*) AS n, max("at") AS latest FROM ev GROUP BY ALL;
