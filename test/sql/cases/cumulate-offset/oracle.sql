CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 180000, off := 30000) AS window_start, after(window_start, step) AS window_end, sum(y) AS s FROM ev, (VALUES (60000), (120000), (180000)) steps(step) WHERE "at" < after(bucket("at", 180000, off := 30000), step) GROUP BY ALL;
