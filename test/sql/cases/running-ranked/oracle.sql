CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, n FROM (SELECT k, count(*) AS n FROM ev GROUP BY ALL) QUALIFY row_number() OVER (ORDER BY n DESC, k ASC NULLS LAST) <= 2;
