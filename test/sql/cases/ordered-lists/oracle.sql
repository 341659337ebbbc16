CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, string_agg(k, '-' ORDER BY k) AS ks, array_agg(x ORDER BY x DESC NULLS LAST) AS xs FROM ev GROUP BY ALL;
