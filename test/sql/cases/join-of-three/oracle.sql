CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE l AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM ev WHERE g = 'x' GROUP BY ALL;
CREATE TABLE r AS SELECT k, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s FROM ev WHERE g = 'y' GROUP BY ALL;
CREATE TABLE a AS SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS alln FROM ev GROUP BY ALL;
SELECT k, window_start, window_end, n, s, alln FROM l JOIN r USING (k, window_start, window_end) JOIN a USING (window_start, window_end);
