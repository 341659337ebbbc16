CREATE TABLE t AS FROM read_json('t.jsonl', columns = { k: 'VARCHAR', x: 'BIGINT', 'at': 'TIMESTAMPTZ' });
SELECT k, timezone('Europe/Berlin', date_trunc('day', timezone('Europe/Berlin', "at"))) AS window_start, timezone('Europe/Berlin', date_trunc('day', timezone('Europe/Berlin', "at")) + INTERVAL 1 day) AS window_end, count(*) AS n, sum(x) AS s FROM t GROUP BY ALL;
