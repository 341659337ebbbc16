SELECT doc->>'kind' AS kind, bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, sum((doc->'size'->>'w')::BIGINT) AS w, count(doc->'tags'->>1) AS second_tags
FROM read_json('t.jsonl', columns = { doc: 'JSON', 'at': 'TIMESTAMPTZ' }) GROUP BY ALL;
