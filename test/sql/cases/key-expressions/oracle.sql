CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT upper(k) AS kk, CASE WHEN x < 0 THEN 'neg' WHEN x IS NULL THEN 'none' ELSE 'pos' END AS sign, bucket("at", 300000) AS window_start, after(bucket("at", 300000), 300000) AS window_end, count(*) AS n FROM ev GROUP BY ALL;
