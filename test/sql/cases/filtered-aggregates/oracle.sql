CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) FILTER (WHERE ok) AS yes, sum(x) FILTER (WHERE x > 5) AS large, avg(y) FILTER (WHERE ok IS NULL) AS unknown, count(*) AS n FROM ev GROUP BY ALL;
