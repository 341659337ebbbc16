CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
SELECT bucket("at", 600000) AS window_start, after(window_start, 600000) AS window_end, corr(x, y) AS c, regr_slope(y, x) AS s, regr_intercept(y, x) AS i, regr_r2(y, x) AS r FROM ev GROUP BY ALL;
