CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE l AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM ev WHERE g = 'x' GROUP BY ALL;
CREATE TABLE r AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev WHERE g = 'y' GROUP BY ALL;
SELECT l.k, l.window_start, l.window_end, n, s FROM l LEFT JOIN r ON l.k = r.k AND l.window_start = r.window_start AND l.window_end = r.window_end;
