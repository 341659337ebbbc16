CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, g, x, "at", window_start, window_end FROM (SELECT *, bucket("at", 300000) AS window_start, after(bucket("at", 300000), 300000) AS window_end FROM ev) QUALIFY row_number() OVER (PARTITION BY window_start, k ORDER BY "at" DESC) = 1;
