CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE VIEW marked AS SELECT *, coalesce(epoch_ms("at") - lag(epoch_ms("at")) OVER (PARTITION BY k ORDER BY "at") > 240000, true)::INT AS begins FROM ev;
CREATE VIEW runs AS SELECT *, sum(begins) OVER (PARTITION BY k ORDER BY "at" ROWS UNBOUNDED PRECEDING) AS run FROM marked;
SELECT min("at") AS window_start, after(max("at"), 240000) AS window_end, k, count(*) AS n, sum(CASE WHEN ok THEN x END)::BIGINT AS s FROM runs GROUP BY k, run;
