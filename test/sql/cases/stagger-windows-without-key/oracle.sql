CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE opened AS WITH RECURSIVE opened AS (
  SELECT min("at") AS began FROM ev
  UNION ALL
  SELECT min(e."at") AS began FROM opened o JOIN ev e ON e."at" >= after(o.began, 300000) GROUP BY o.began
) FROM opened;
CREATE VIEW inside AS SELECT e.*, o.began FROM opened o JOIN ev e ON e."at" >= o.began AND e."at" < after(o.began, 300000);
SELECT began AS window_start, after(began, 300000) AS window_end, count(*) AS n, count(*) / 300.0::DOUBLE AS per_second FROM inside GROUP BY began;
