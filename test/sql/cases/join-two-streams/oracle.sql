CREATE TABLE impressions AS FROM read_json('impressions.jsonl', columns = { id: 'BIGINT', ad: 'VARCHAR', 'at': 'TIMESTAMPTZ' });
CREATE TABLE clicks AS FROM read_json('clicks.jsonl', columns = { imp: 'BIGINT', ad: 'VARCHAR', 'at': 'TIMESTAMPTZ' });
SELECT ad, s.ws AS window_start, after(s.ws, 120000) AS window_end, s.n AS shown, coalesce(c.n, 0) AS clicked, coalesce(c.n, 0) / s.n AS rate
FROM (SELECT ad, bucket("at", 120000) AS ws, count(*) AS n FROM impressions GROUP BY ALL) s LEFT JOIN (SELECT ad, bucket("at", 120000) AS ws, count(*) AS n FROM clicks GROUP BY ALL) c USING (ad, ws);
