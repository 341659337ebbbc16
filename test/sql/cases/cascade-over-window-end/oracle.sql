CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket(we, 180000) AS window_start, after(bucket(we, 180000), 180000) AS window_end, sum(s) AS s, count(*) AS n FROM (SELECT after(bucket("at", 60000), 60000) AS we, sum(y) AS s FROM ev GROUP BY ALL) GROUP BY ALL;
