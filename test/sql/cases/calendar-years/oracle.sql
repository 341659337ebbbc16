CREATE TABLE t AS FROM read_json('t.jsonl', columns = { k: 'VARCHAR', x: 'BIGINT', 'at': 'TIMESTAMPTZ' });
SELECT k, timezone('Pacific/Auckland', date_trunc('year', timezone('Pacific/Auckland', "at"))) AS window_start, timezone('Pacific/Auckland', date_trunc('year', timezone('Pacific/Auckland', "at")) + INTERVAL 1 year) AS window_end, count(*) AS n, sum(x) AS s FROM t GROUP BY ALL;
