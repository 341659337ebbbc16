CREATE TABLE t AS FROM read_json('t.jsonl', columns = { k: 'VARCHAR', x: 'BIGINT', 'at': 'TIMESTAMPTZ' });
SELECT k, timezone('America/New_York', date_trunc('day', timezone('America/New_York', "at"))) AS window_start, timezone('America/New_York', date_trunc('day', timezone('America/New_York', "at")) + INTERVAL 1 day) AS window_end, count(*) AS n, sum(x) AS s FROM t GROUP BY ALL;
