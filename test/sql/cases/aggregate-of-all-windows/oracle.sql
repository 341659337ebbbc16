CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, sum(s) AS total, count(*) AS windows FROM (SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev GROUP BY ALL) GROUP BY ALL;
