CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE seen AS SELECT *, max("at") OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) - INTERVAL 5 SECOND AS watermark FROM (SELECT *, row_number() OVER () AS n FROM ev);
SELECT bucket("at", 60000) AS window_start, after(bucket("at", 60000), 60000) AS window_end, count(*) AS n, sum(x) AS s FROM seen WHERE after(bucket("at", 60000), 60000) > watermark GROUP BY ALL;
