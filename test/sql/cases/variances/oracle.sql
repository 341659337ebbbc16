CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 180000) AS window_start, after(window_start, 180000) AS window_end, var_samp(x) AS vs, var_pop(x) AS vp, stddev(y) AS sd, stddev_pop(y) AS sp FROM ev GROUP BY ALL;
