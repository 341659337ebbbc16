CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT *, row_number() OVER (PARTITION BY window_start ORDER BY s DESC NULLS LAST, k ASC NULLS LAST) AS place FROM (SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(y) AS s FROM ev GROUP BY ALL);
