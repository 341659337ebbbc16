CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, x + 1 AS more, window_start, after(window_start, 120000) AS window_end FROM (SELECT *, unnest(hops("at", 60000, 120000)) AS window_start FROM ev WHERE ok);
