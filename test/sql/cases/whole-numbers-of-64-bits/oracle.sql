SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum(x) AS s, max(x) AS hi, min(x) AS lo
FROM read_json('t.jsonl', columns = { x: 'BIGINT', 'at': 'TIMESTAMPTZ' }) GROUP BY ALL;
