CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, arg_max(k, "at") AS last_k, arg_min(x, "at") AS first_x FROM ev GROUP BY ALL;
