CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE VIEW marked AS SELECT *, coalesce(epoch_ms("at") - lag(epoch_ms("at")) OVER (ORDER BY "at") > 90000, true)::INT AS begins FROM ev;
CREATE VIEW runs AS SELECT *, sum(begins) OVER (ORDER BY "at" ROWS UNBOUNDED PRECEDING) AS run FROM marked;
SELECT min("at") AS window_start, after(max("at"), 90000) AS window_end, count(*) AS n, avg(y) AS a, arg_min(struct_pack(k := k), "at").k AS k FROM runs GROUP BY run;
