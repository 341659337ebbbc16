CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT k, bucket("at", 360000) AS window_start, after(window_start, step) AS window_end, count(*) AS n, sum(x) AS s FROM ev, (VALUES (120000), (240000), (360000)) steps(step) WHERE "at" < after(bucket("at", 360000), step) GROUP BY ALL;
