CREATE TABLE ev AS FROM read_json('ev.jsonl', columns = { k: 'VARCHAR', g: 'VARCHAR', x: 'BIGINT', y: 'DOUBLE', ok: 'BOOLEAN', 'at': 'TIMESTAMPTZ' });
CREATE TABLE w AS SELECT *, bucket("at", 60000) AS ws FROM ev;
SELECT a.k, a.x AS ax, b.x AS bx, a.ws AS window_start FROM w AS a JOIN w AS b ON a.k = b.k AND a.ws = b.ws AND a.x < b.x;
