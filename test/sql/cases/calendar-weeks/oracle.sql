CREATE TABLE t AS FROM read_json('t.jsonl', columns = { k: 'VARCHAR', x: 'BIGINT', 'at': 'TIMESTAMPTZ' });
SELECT k, timezone('Asia/Kolkata', date_trunc('week', timezone('Asia/Kolkata', "at"))) AS window_start, timezone('Asia/Kolkata', date_trunc('week', timezone('Asia/Kolkata', "at")) + INTERVAL 1 week) AS window_end, count(*) AS n, sum(x) AS s FROM t GROUP BY ALL;
