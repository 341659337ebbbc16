CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, window_start, after(window_start, 300000) AS window_end, count(*) AS n, sum(y) AS s FROM (SELECT *, unnest(hops("at", 60000, 300000)) AS window_start FROM ev) GROUP BY ALL;
