CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE come AS SELECT *, max("at") OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS arrival FROM (SELECT *, row_number() OVER () AS n FROM ev);
SELECT k, bucket(arrival, 60000) AS window_start, after(bucket(arrival, 60000), 60000) AS window_end, count(*) AS n FROM come GROUP BY ALL;
