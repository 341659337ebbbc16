CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT window_start, after(window_start, 360000) AS window_end, count(x) AS n FROM (SELECT *, unnest(hops("at", 120000, 360000, off := 30000)) AS window_start FROM ev) GROUP BY ALL;
