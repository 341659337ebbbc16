CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE opened AS WITH RECURSIVE opened AS (
  SELECT k, g, min("at") AS began FROM ev GROUP BY k, g
  UNION ALL
  SELECT o.k, o.g, min(e."at") AS began FROM opened o JOIN ev e ON e.k IS NOT DISTINCT FROM o.k AND e.g IS NOT DISTINCT FROM o.g AND e."at" >= after(o.began, 420000) GROUP BY o.k, o.g, o.began
) FROM opened;
CREATE VIEW inside AS SELECT e.*, o.began FROM opened o JOIN ev e ON e.k IS NOT DISTINCT FROM o.k AND e.g IS NOT DISTINCT FROM o.g AND e."at" >= o.began AND e."at" < after(o.began, 420000);
SELECT k, g, began AS window_start, after(began, 420000) AS window_end, count(*) AS n FROM inside GROUP BY k, g, began;
