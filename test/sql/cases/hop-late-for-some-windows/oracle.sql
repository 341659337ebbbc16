CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE seen AS SELECT *, max("at") OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) - INTERVAL 5 SECOND AS watermark FROM (SELECT *, row_number() OVER () AS n FROM ev);
SELECT window_start, after(window_start, 300000) AS window_end, count(*) AS n FROM (SELECT *, unnest(hops("at", 60000, 300000)) AS window_start FROM seen) WHERE after(window_start, 300000) > watermark GROUP BY ALL;
