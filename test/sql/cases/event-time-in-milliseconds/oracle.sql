SELECT instant(floor(ms / 1000)::BIGINT * 1000) AS window_start, instant(floor(ms / 1000)::BIGINT * 1000 + 1000) AS window_end, sum(x) AS s
FROM read_json('t.jsonl', columns = { ms: 'BIGINT', x: 'BIGINT' }) GROUP BY ALL;
