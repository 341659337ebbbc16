SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n FROM (
  SELECT "at" FROM read_json('impressions.jsonl', columns = { 'at': 'TIMESTAMPTZ' }) UNION ALL SELECT "at" FROM read_json('clicks.jsonl', columns = { 'at': 'TIMESTAMPTZ' })) GROUP BY ALL;
