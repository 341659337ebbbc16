CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT count(*) AS n, count(x) AS c, sum(x) AS s, avg(y) AS a, max(k) AS hi FROM ev WHERE x > 1000;
