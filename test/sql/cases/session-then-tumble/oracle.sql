CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE VIEW marked AS SELECT *, coalesce(epoch_ms("at") - lag(epoch_ms("at")) OVER (PARTITION BY k ORDER BY "at") > 300000, true)::INT AS begins FROM ev;
CREATE VIEW runs AS SELECT *, sum(begins) OVER (PARTITION BY k ORDER BY "at" ROWS UNBOUNDED PRECEDING) AS run FROM marked;
CREATE VIEW sessions AS SELECT after(max("at"), 300000) AS over, count(*) AS n FROM runs GROUP BY k, run;
SELECT bucket(over, 900000) AS window_start, after(bucket(over, 900000), 900000) AS window_end, count(*) AS sessions, sum(n)::BIGINT AS events, max(n) AS most FROM sessions GROUP BY bucket(over, 900000);
