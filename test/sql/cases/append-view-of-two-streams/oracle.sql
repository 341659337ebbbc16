SELECT 'shown' AS what, id, ad FROM read_json('impressions.jsonl', columns = { id: 'BIGINT', ad: 'VARCHAR' }) WHERE id < 10
UNION ALL SELECT 'clicked', imp, ad FROM read_json('clicks.jsonl', columns = { imp: 'BIGINT', ad: 'VARCHAR' }) WHERE imp < 10;
