CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT date_trunc('hour', "at") AS h, extract(minute FROM "at") AS m, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM ev WHERE "at" < TIMESTAMPTZ '2026-01-01 00:11:30+00' GROUP BY ALL;
