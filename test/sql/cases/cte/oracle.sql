CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, window_start, window_end, s * 2 AS twice FROM (SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev WHERE x > 0 GROUP BY ALL) WHERE s > 3;
