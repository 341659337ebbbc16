CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, n, s FROM (SELECT k, count(*) AS n FROM ev WHERE g = 'x' GROUP BY ALL) JOIN (SELECT k, sum(x) AS s FROM ev WHERE g = 'y' GROUP BY ALL) USING (k);
