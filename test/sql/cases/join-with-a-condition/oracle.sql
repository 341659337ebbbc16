CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE l AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM ev WHERE g = 'x' GROUP BY ALL;
CREATE TABLE r AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev WHERE g = 'y' GROUP BY ALL;
SELECT l.k AS lk, r.k AS rk, l.window_start, n, s FROM l JOIN r ON l.window_start = r.window_start AND n < s AND l.k <> r.k;
