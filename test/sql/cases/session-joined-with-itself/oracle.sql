CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE VIEW marked AS SELECT *, coalesce(epoch_ms("at") - lag(epoch_ms("at")) OVER (PARTITION BY k ORDER BY "at") > 300000, true)::INT AS begins FROM ev;
CREATE VIEW runs AS SELECT *, sum(begins) OVER (PARTITION BY k ORDER BY "at" ROWS UNBOUNDED PRECEDING) AS run FROM marked;
SELECT k, min("at") AS window_start, after(max("at"), 300000) AS window_end, count(*) AS n, sum(x)::BIGINT AS s FROM runs WHERE k IS NOT NULL GROUP BY k, run HAVING count(*) > 1;
