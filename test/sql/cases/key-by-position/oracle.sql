CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT x % 3 AS r, g, bucket("at", 120000) AS w, after(bucket("at", 120000), 120000) AS e, count(*) AS n FROM ev GROUP BY ALL;
