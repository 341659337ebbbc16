CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE opened AS WITH RECURSIVE opened AS (
  SELECT k, min("at") AS began FROM ev GROUP BY k
  UNION ALL
  SELECT o.k, min(e."at") AS began FROM opened o JOIN ev e ON e.k IS NOT DISTINCT FROM o.k AND e."at" >= after(o.began, 300000) GROUP BY o.k, o.began
) FROM opened;
CREATE VIEW inside AS SELECT e.*, o.began FROM opened o JOIN ev e ON e.k IS NOT DISTINCT FROM o.k AND e."at" >= o.began AND e."at" < after(o.began, 300000);
CREATE VIEW bursts AS SELECT k, began, count(*) AS n FROM inside GROUP BY k, began;
SELECT bucket(began, 600000) AS window_start, after(bucket(began, 600000), 600000) AS window_end, count(*) AS bursts, max(n) AS most FROM bursts GROUP BY bucket(began, 600000);
