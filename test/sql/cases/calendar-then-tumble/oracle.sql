CREATE TABLE t AS FROM read_json('t.jsonl', columns = { k: 'VARCHAR', x: 'BIGINT', 'at': 'TIMESTAMPTZ' });
SELECT timezone('Europe/Berlin', date_trunc('day', timezone('Europe/Berlin', "at"))) AS window_start, timezone('Europe/Berlin', date_trunc('day', timezone('Europe/Berlin', "at")) + INTERVAL 1 day) AS window_end, sum(x) AS s, count(DISTINCT bucket("at", 3600000)) AS hours FROM t GROUP BY ALL;
