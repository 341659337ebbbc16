SELECT "Key Part" AS "Part", bucket("At", 3600000) AS window_start, after(bucket("At", 3600000), 3600000) AS window_end, sum("select") AS "Total"
FROM read_json('Events.jsonl', columns = { 'Key Part': 'VARCHAR', 'select': 'BIGINT', 'At': 'TIMESTAMPTZ' }) GROUP BY ALL;
