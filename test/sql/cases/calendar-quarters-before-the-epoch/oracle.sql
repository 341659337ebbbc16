CREATE TABLE t AS FROM read_json('t.jsonl', columns = { k: 'VARCHAR', x: 'BIGINT', 'at': 'TIMESTAMPTZ' });
SELECT k, timezone('UTC', date_trunc('quarter', timezone('UTC', "at"))) AS window_start, timezone('UTC', date_trunc('quarter', timezone('UTC', "at")) + INTERVAL 1 quarter) AS window_end, count(*) AS n, sum(x) AS s FROM t GROUP BY ALL;
