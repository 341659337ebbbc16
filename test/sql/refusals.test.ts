import { describe, expect, it } from 'vitest';
import { sqlErrorAt } from '../support/sql-error.ts';

const TABLE = "CREATE TABLE t (k text, x bigint, y double precision, at timestamptz) WITH (event_time = 'at');\n";
const TUMBLE = "FROM TUMBLE(t, at, INTERVAL '1 minute')";
const BY = 'GROUP BY window_start, window_end';
const VIEW = `CREATE MATERIALIZED VIEW v AS SELECT k, window_start, window_end, sum(x) AS s ${TUMBLE} GROUP BY k, window_start, window_end;\n`;

/** SQL with a « before what is at fault, and what must be said: the construct, and what to write instead. */
type Refusal = readonly [sql: string, construct: string, instead: string];

describe('what a view cannot say is refused by name, with its place and the nearest thing that works', () => {
  const selects: readonly Refusal[] = [
    [`SELECT DISTINCT ON («k) k, count(*) ${TUMBLE} ${BY}, k`, 'DISTINCT ON', 'ROW_NUMBER()'],
    [`SELECT DISTINCT «k ${TUMBLE}`, 'SELECT DISTINCT', 'GROUP BY'],
    [`SELECT k INTO «z FROM t`, 'SELECT INTO', 'CREATE MATERIALIZED VIEW'],
    [`SELECT count(*) ${TUMBLE} ${BY} ORDER BY «window_start`, 'ORDER BY in a view', 'order_by'],
    [`SELECT count(*) ${TUMBLE} ${BY} LIMIT «3`, 'LIMIT in a view', 'ROW_NUMBER()'],
    [`SELECT count(*) ${TUMBLE} ${BY} FETCH FIRST «3 ROWS ONLY`, 'LIMIT in a view', 'ROW_NUMBER()'],
    [`SELECT count(*) ${TUMBLE} ${BY} OFFSET «3`, 'OFFSET in a view', 'when reading'],
    [`SELECT «count(*) ${TUMBLE} ${BY} FOR UPDATE`, 'FOR UPDATE', 'leave it out'],
    [`SELECT «count(*) ${TUMBLE} ${BY} FOR SHARE SKIP LOCKED`, 'FOR UPDATE', 'leave it out'],
    [`SELECT count(*) ${TUMBLE} GROUP BY «GROUPING SETS ((window_start, window_end))`, 'GROUPING SETS', 'a view for each'],
    [`SELECT count(*) ${TUMBLE} GROUP BY «ROLLUP (window_start, window_end)`, 'GROUPING SETS, ROLLUP', 'a view for each'],
    [`SELECT count(*) ${TUMBLE} GROUP BY «CUBE (window_start, window_end)`, 'CUBE', 'a view for each'],
    [`SELECT «count(*) ${TUMBLE} GROUP BY DISTINCT window_start, window_end`, 'GROUP BY DISTINCT', 'leave DISTINCT out'],
    [`SELECT count(*) ${TUMBLE} ${BY} WINDOW w AS «(PARTITION BY k)`, 'a WINDOW clause', 'after OVER'],
    [`SELECT count(*) FROM «t TABLESAMPLE system (10)`, 'TABLESAMPLE', 'WHERE'],
    [`SELECT count(*) FROM ONLY «t`, 'ONLY', 'leave it out'],
    [`SELECT count(*) FROM «public.t`, 'a schema', 'write t alone'],
    [`SELECT count(*) FROM t, «t AS u`, 'commas', 'JOIN'],
    [`SELECT «1`, 'without FROM', 'name the stream'],
    ['VALUES («1)', 'VALUES', 'stream'],
    [`SELECT count(*) FROM LATERAL (SELECT «k FROM t) q`, 'LATERAL', 'JOIN'],
    [`SELECT count(*) FROM «TUMBLE(t, at, INTERVAL '1 minute') WITH ORDINALITY`, 'WITH ORDINALITY', 'leave it out'],
    [`SELECT count(*) FROM ROWS FROM («TUMBLE(t, at, INTERVAL '1 minute'))`, 'ROWS FROM', 'alone'],
    [`SELECT count(*) FROM «generate_series(1, 3)`, 'no function generate_series', 'tumble'.toUpperCase()],
    [`SELECT count(*) FROM «TUMBEL(t, at, INTERVAL '1 minute') ${BY}`, 'no function tumbel', 'TUMBLE('],
    [`WITH RECURSIVE q AS (SELECT k FROM t) SELECT k FROM q`, 'WITH RECURSIVE', 'leave RECURSIVE out'],
    [`WITH «q AS MATERIALIZED (SELECT k FROM t) SELECT k FROM q`, 'MATERIALIZED', 'leave it out'],
    [`WITH «q AS (SELECT k FROM t) SELECT k FROM t`, 'nothing reads "q"', 'leave it out'],
  ];
  it.each(selects)('%s', async (sql, construct, instead) => {
    const message = await sqlErrorAt(TABLE + VIEW + sql);
    expect(message).toContain(construct);
    expect(message).toContain(instead);
  });

  const over: readonly Refusal[] = [
    [`SELECT «sum(s) OVER (PARTITION BY window_start) AS r FROM v`, 'sum(…) OVER', 'ROW_NUMBER()'],
    [`SELECT «lag(s) OVER (PARTITION BY window_start ORDER BY s) AS r FROM v`, 'lag(…) OVER', 'row_number, rank, dense_rank'],
    [`SELECT «row_number() OVER (PARTITION BY window_start) AS r FROM v`, 'needs ORDER BY', 'ORDER BY … DESC'],
    [`SELECT «row_number() OVER (ORDER BY s) AS r FROM v`, 'several windows', 'PARTITION BY window_start, window_end'],
    [`SELECT row_number() OVER w AS r FROM v WINDOW w AS «(ORDER BY s)`, 'a WINDOW clause', 'after OVER'],
    [
      `SELECT row_number() OVER (PARTITION BY window_start ORDER BY s ROWS BETWEEN «1 PRECEDING AND CURRENT ROW) AS r FROM v`,
      'a frame',
      'leave it out',
    ],
    [`SELECT rank() OVER «(PARTITION BY window_start ORDER BY s ROWS UNBOUNDED PRECEDING) AS r FROM v`, 'a frame', 'leave it out'],
    [`SELECT rank() OVER (PARTITION BY window_start ORDER BY «s USING <) AS r FROM v`, 'USING', 'ASC or DESC'],
  ];
  it.each(over)('%s', async (sql, construct, instead) => {
    const message = await sqlErrorAt(TABLE + VIEW + sql);
    expect(message).toContain(construct);
    expect(message).toContain(instead);
  });

  const joins: readonly Refusal[] = [
    [`SELECT a.s FROM «v a CROSS JOIN v b`, 'CROSS JOIN', 'window_start'],
    [`SELECT a.s FROM «v a NATURAL JOIN v b`, 'NATURAL JOIN', 'USING'],
    [`SELECT a.s FROM «v a JOIN v b ON a.k = b.k`, 'different windows', 'a.window_start = b.window_start'],
    [`SELECT a.s FROM «v a JOIN v b USING (k, window_start, window_end) AS j`, 'an alias for USING', 'leave it out'],
    [`SELECT a.s FROM «v a JOIN v b USING (nothing)`, 'both sides need one column "nothing"', 'ON'],
    [
      `SELECT a.s FROM «v a JOIN (SELECT s::text AS k, window_start, window_end FROM v) b USING (s, window_start)`,
      'both sides need one column "s"',
      '',
    ],
    [
      `SELECT a.s FROM «v a JOIN (SELECT s AS k, window_start, window_end FROM v) b USING (k, window_start)`,
      '"k" is text on the left and bigint',
      'cast',
    ],
    [`SELECT a.s FROM v a JOIN v b ON «a.s`, 'ON takes a condition', ''],
    [`SELECT «s FROM v a JOIN v b USING (k, window_start, window_end)`, 'ambiguous', 'a.s'],
    [`SELECT k FROM v UNION SELECT «k FROM v`, 'UNION', 'UNION ALL'],
    [`SELECT k FROM v INTERSECT ALL SELECT «k FROM v`, 'INTERSECT ALL', 'UNION ALL'],
    [`SELECT k FROM v EXCEPT SELECT «k FROM v`, 'EXCEPT', 'UNION ALL'],
    [`SELECT k FROM v UNION ALL SELECT «k, s FROM v`, 'the same number of columns', '1 and 2'],
    [`SELECT k FROM v UNION ALL SELECT «s FROM v`, 'text on the left', 'cast'],
  ];
  it.each(joins)('%s', async (sql, construct, instead) => {
    const message = await sqlErrorAt(TABLE + VIEW + sql);
    expect(message).toContain(construct);
    expect(message).toContain(instead);
  });

  const meanings: readonly Refusal[] = [
    [`SELECT count(*) FROM «nowhere`, 'no stream or view "nowhere"', 'there are'],
    [`SELECT count(*) FROM «T2`, 'no stream or view "t2"', 'did you mean "t"'],
    [`SELECT sum(«z) ${TUMBLE} ${BY}`, 'column "z" does not exist', 'did you mean'],
    [`SELECT «k, count(*) ${TUMBLE} ${BY}`, 'column "k" must be in GROUP BY', 'GROUP BY …, k'],
    [`SELECT window_start, «window_end, count(*) ${TUMBLE} GROUP BY window_start`, 'window_end must be in GROUP BY', 'window_end'],
    [`SELECT «count(*) ${TUMBLE}`, 'grouped by them', 'window_start, window_end'],
    [`SELECT count(*) AS n, «sum(x) AS n ${TUMBLE} ${BY}`, 'two output columns are called "n"', 'AS'],
    [`SELECT «x + 1 ${TUMBLE} GROUP BY x + 1, window_start, window_end`, 'needs a name', 'AS name'],
    [`SELECT «count(*) AS final ${TUMBLE} ${BY}`, '"final" is reserved', 'AS'],
    [`SELECT sum(«sum(x)) ${TUMBLE} ${BY}`, 'cannot be nested', 'sub-query'],
    [`SELECT count(*) ${TUMBLE} WHERE «sum(x) > 1 ${BY}`, 'WHERE cannot contain an aggregate', 'HAVING'],
    [`SELECT count(*) ${TUMBLE} WHERE «window_start > at ${BY}`, 'window_start cannot be used here', 'HAVING'],
    [`SELECT count(*) ${TUMBLE} WHERE «x ${BY}`, 'WHERE takes a condition', 'comparison'],
    [`SELECT count(*) ${TUMBLE} ${BY} HAVING «sum(x)`, 'HAVING takes a condition', 'comparison'],
    [`SELECT count(*) ${TUMBLE} GROUP BY «9`, 'positions', '1 to 1'],
    [`SELECT count(*) FROM TUMBLE(t, «k, INTERVAL '1 minute') ${BY}`, 'event time', '"at"'],
    [`SELECT count(*) FROM TUMBLE(t, «att, INTERVAL '1 minute') ${BY}`, 'no column "att"', 'did you mean "at"'],
    [`SELECT count(*) FROM TUMBLE(«tt, at, INTERVAL '1 minute') ${BY}`, 'no stream or view "tt"', '"t"'],
    [`SELECT count(*) FROM TUMBLE(t, at, «INTERVAL '1 month') ${BY}`, 'a month is not a fixed length', 'CALENDAR'],
    [`SELECT count(*) FROM «CALENDAR(t, at, 'fortnight') ${BY}`.replace('«', ''), 'fortnight', ''],
    [`SELECT count(*) FROM CALENDAR(t, at, 'day', 'Mars/Olympus') ${BY}`, 'Mars/Olympus', ''],
    [`SELECT count(*) FROM CALENDAR(t, at, «INTERVAL '1 day') ${BY}`, 'constant text', 'CALENDAR(t, ts'],
    [`SELECT count(*) FROM TUMBLE(t, at, «x) ${BY}`, 'column "x" does not exist', ''],
    [`SELECT count(*) FROM TUMBLE(t, at, «5) ${BY}`, 'constant interval', "INTERVAL '1 minute'"],
    [`SELECT count(*) FROM «TUMBLE(t, at) ${BY}`, 'needs the parameter size', 'TUMBLE(t, ts'],
    [
      `SELECT count(*) FROM TUMBLE(t, at, INTERVAL '1 minute', INTERVAL '0 minutes', «INTERVAL '3 minutes') ${BY}`,
      'too many',
      'TUMBLE(t, ts',
    ],
    [`SELECT count(*) FROM TUMBLE(t, at, «sice => INTERVAL '1 minute') ${BY}`, 'no parameter sice', 'TUMBLE(t, ts'],
    [`SELECT count(*) FROM TUMBLE(«t.t, at, INTERVAL '1 minute') ${BY}`, 'the name of a stream or view', 'TUMBLE(t, ts'],
    [`SELECT count(*) FROM TUMBLE(t, at, INTERVAL '-1 minute') ${BY}`, 'above zero', ''],
    [`SELECT count(*) FROM HOP(t, at, INTERVAL '2 minutes', INTERVAL '1 minute') ${BY}`, 'must not exceed its size', ''],
    [`«SELECT k, x FROM SESSION(t, at, INTERVAL '1 minute')`, 'SESSION windows over single events', 'GROUP BY'],
    [`«SELECT k, x FROM STAGGER(t, at, INTERVAL '1 minute')`, 'STAGGER windows over single events', 'GROUP BY'],
    [`SELECT «window_end, count(*) FROM SESSION(t, at, INTERVAL '1 minute') GROUP BY window_end`, 'both bounds are needed', 'window_start'],
    [`SELECT count(*) FROM SESSION(t, at, «INTERVAL '1 month') ${BY}`, 'a month is not a fixed length', ''],
    [`SELECT count(*) FROM «SESSION(t, at) ${BY}`, 'needs the parameter gap', 'SESSION(t, ts'],
    [`SELECT count(*) FROM STAGGER(t, at, INTERVAL '1 minute', «INTERVAL '1 minute') ${BY}`, 'too many', 'STAGGER(t, ts'],
    [`SELECT max(s) FROM SESSION(«v, window_end, INTERVAL '1 hour') ${BY}`, 'SESSION over windowed rows', 'to a stream'],
    [`SELECT max(s) FROM STAGGER(«v, window_start, INTERVAL '1 hour') ${BY}`, 'STAGGER over windowed rows', 'to a stream'],
    [
      `SELECT count(*) FROM TABLE(SESSION(TABLE t PARTITION BY «k, DESCRIPTOR(at), INTERVAL '1' MINUTE)) ${BY}`,
      'must be in GROUP BY',
      'exactly the columns of PARTITION BY',
    ],
    [
      `SELECT count(*) FROM TABLE(SESSION(TABLE t PARTITION BY «k, DESCRIPTOR(at), INTERVAL '1' MINUTE)) ${BY}, k, x`,
      'that PARTITION BY does not have',
      'exactly the columns of PARTITION BY',
    ],
    [
      `SELECT count(*) FROM TABLE(SESSION(TABLE t PARTITION BY «z, DESCRIPTOR(at), INTERVAL '1' MINUTE)) ${BY}`,
      'takes columns of t',
      'PARTITION BY (a, b)',
    ],
    [
      `SELECT count(*) FROM TABLE(TUMBLE(TABLE «t PARTITION BY k, DESCRIPTOR(at), INTERVAL '1' MINUTE)) ${BY}`,
      'takes no PARTITION BY',
      'leave it out',
    ],
    [`SELECT max(s) FROM TUMBLE(v, «s, INTERVAL '1 hour') ${BY}`, 'is neither', 'window_start and window_end'],
    [`SELECT «min(x) WITHIN GROUP (ORDER BY x) ${TUMBLE} ${BY}`, 'WITHIN GROUP', 'approx_quantile'],
    [`SELECT «sum(k) ${TUMBLE} ${BY}`, 'sum takes', 'bigint'],
    [`SELECT «sum(*) ${TUMBLE} ${BY}`, 'sum(*)', 'sum(column)'],
    [`SELECT approx_quantile(x, «y) ${TUMBLE} ${BY}`, 'the same for every row', '0.95'],
    [`SELECT «nosuch(x) ${TUMBLE} ${BY}`, 'nosuch', ''],
    [`SELECT k COLLATE "de" AS c, count(*) ${TUMBLE} GROUP BY k, window_start, window_end`, 'COLLATE', ''],
    [`SELECT (SELECT max(s) FROM v) AS m, count(*) ${TUMBLE} ${BY}`, 'sub', ''],
  ];
  it.each(meanings)('%s', async (sql, construct, instead) => {
    const message = await sqlErrorAt(TABLE + VIEW + sql);
    expect(message.toLowerCase()).toContain(construct.toLowerCase());
    expect(message).toContain(instead);
  });
});

describe('what a stream cannot be declared with', () => {
  const WITH = "WITH (event_time = 'at')";
  const tables: readonly Refusal[] = [
    [`CREATE TABLE IF NOT EXISTS s (at timestamptz) ${WITH}`, 'IF NOT EXISTS', 'leave it out'],
    [`CREATE TEMP TABLE «s (at timestamptz) ${WITH}`, 'TEMPORARY', 'leave it out'],
    [`CREATE UNLOGGED TABLE «s (at timestamptz) ${WITH}`, 'UNLOGGED', 'leave it out'],
    [`CREATE TABLE «public.s (at timestamptz) ${WITH}`, 'a schema', 'write s alone'],
    [`CREATE TABLE s (at timestamptz) INHERITS («t) ${WITH}`, 'INHERITS', 'columns themselves'],
    [`CREATE TABLE s (at timestamptz) «PARTITION BY RANGE (at) ${WITH}`, 'PARTITION BY', 'partition_key'],
    [`CREATE TABLE «s PARTITION OF t DEFAULT`, 'PARTITION OF', 'without it'],
    [`«CREATE TABLE s (at timestamptz) USING heap ${WITH}`, 'USING', 'leave it out'],
    [`«CREATE TABLE s (at timestamptz) ${WITH} TABLESPACE x`, 'TABLESPACE', 'leave it out'],
    [`«CREATE TABLE s (at timestamptz) ${WITH} ON COMMIT DROP`, 'ON COMMIT', 'leave it out'],
    [`CREATE TABLE s (LIKE «t) ${WITH}`, 'LIKE', 'columns themselves'],
    [`CREATE TABLE s OF «typ ${WITH}`, 'OF type', 'write the columns'],
    [`CREATE TABLE s (at timestamptz, «PRIMARY KEY (at)) ${WITH}`, 'a table constraint', 'WHERE'],
    [`CREATE TABLE s (at timestamptz «PRIMARY KEY) ${WITH}`, 'PRIMARY KEY', 'NOT NULL'],
    [`CREATE TABLE s (at timestamptz «UNIQUE) ${WITH}`, 'UNIQUE', 'ROW_NUMBER()'],
    [`CREATE TABLE s (x bigint «DEFAULT 3, at timestamptz) ${WITH}`, 'DEFAULT', 'COALESCE'],
    [`CREATE TABLE s (x bigint «CHECK (x > 3), at timestamptz) ${WITH}`, 'CHECK', 'WHERE'],
    [`CREATE TABLE s (x bigint «REFERENCES t, at timestamptz) ${WITH}`, 'REFERENCES', 'JOIN'],
    [`CREATE TABLE s (x bigint «GENERATED ALWAYS AS IDENTITY, at timestamptz) ${WITH}`, 'IDENTITY', 'sequence number'],
    [`CREATE TABLE s (x text GENERATED ALWAYS AS («1) STORED, at timestamptz) ${WITH}`, 'its expression is bigint', '::text'],
    [`CREATE TABLE s (x bigint «CONSTRAINT c NOT NULL, at timestamptz) ${WITH}`, 'a name for a constraint', 'NOT NULL alone'],
    [`CREATE TABLE s (x text «COLLATE "C", at timestamptz) ${WITH}`, 'COLLATE', 'code point'],
    [`CREATE TABLE s («x text STORAGE plain, at timestamptz) ${WITH}`, 'STORAGE', 'leave it out'],
    [`CREATE TABLE s («x text COMPRESSION lz4, at timestamptz) ${WITH}`, 'COMPRESSION', 'leave it out'],
    [`CREATE TABLE s (x «numeric(10, 2), at timestamptz) ${WITH}`, 'numeric', 'bigint with the smallest unit'],
    [`CREATE TABLE s (at «timestamptz(0)) ${WITH}`, 'precision', 'alone'],
    [`CREATE TABLE s (x «varchar(10), at timestamptz) ${WITH}`, 'length', 'alone'],
    [`CREATE TABLE s (x «text[], at timestamptz) ${WITH}`, 'arrays', 'jsonb'],
    [`CREATE TABLE s (x «date, at timestamptz) ${WITH}`, 'date', 'timestamptz'],
    [`CREATE TABLE s (x «biginnt, at timestamptz) ${WITH}`, 'biginnt', 'did you mean bigint'],
    [`CREATE TABLE s (at timestamptz, «at text) ${WITH}`, 'declared twice', ''],
    ["CREATE TABLE s (at timestamptz) WITH («event_time = 'ta')", 'no column "ta"', 'did you mean "at"'],
    ["CREATE TABLE s (at boolean) WITH («event_time = 'at')", 'boolean, which is not a time', 'timestamptz'],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «partition_key = 'k')", 'no column "k"', 'did you mean "at"'],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «max_lateness = '1 s')", 'no option "max_lateness"', 'options are'],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «max_out_of_order = '1 s')", 'no option', 'max_out_of_orderness'],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «event_time = 'at')", 'twice', 'leave one'],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «max_ahead = 'soon')", 'not a duration', "'5 seconds'"],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «max_ahead = 5)", 'not the number 5', "'5 seconds'"],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «max_ahead)", 'needs a value', "'5 seconds'"],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «idle_timeout = '-1 second')", 'not a duration', ''],
    ["CREATE TABLE s (at timestamptz) WITH (event_time = 'at', «aggregation = 'none')", "'kpl' or left out", ''],
    ["CREATE TABLE s (at timestamptz) WITH («a.event_time = 'at')", 'a qualified option', 'alone'],
    ["CREATE TABLE «t (at timestamptz) WITH (event_time = 'at')", 'a stream "t" already', 'another name'],
    ['CREATE TABLE «"a b" (at timestamptz) WITH (event_time = \'at\')', 'not a valid stream name', 'letters'],
  ];
  it.each(tables)('%s', async (sql, construct, instead) => {
    const message = await sqlErrorAt(`${TABLE}${sql}`);
    expect(message).toContain(construct);
    expect(message).toContain(instead);
  });
});

describe('what a view cannot be declared with', () => {
  const SELECT = `SELECT count(*) AS n ${TUMBLE} ${BY}`;
  const views: readonly Refusal[] = [
    [`CREATE MATERIALIZED VIEW IF NOT EXISTS w AS ${SELECT}`, 'IF NOT EXISTS', 'leave it out'],
    [`CREATE MATERIALIZED VIEW w AS ${SELECT} WITH NO DATA`, 'WITH NO DATA', 'leave it out'],
    [`CREATE MATERIALIZED VIEW w USING heap AS ${SELECT}`, 'USING', 'leave it out'],
    [`CREATE MATERIALIZED VIEW w TABLESPACE x AS ${SELECT}`, 'TABLESPACE', 'leave it out'],
    [`CREATE MATERIALIZED VIEW w WITH («lateness = '1 s') AS ${SELECT}`, 'no option "lateness"', 'allowed_lateness'],
    [`CREATE MATERIALIZED VIEW w WITH («rows = maybe) AS ${SELECT}`, 'true or false', 'rows = false'],
    [`CREATE MATERIALIZED VIEW w WITH («retention = '1 fortnight') AS ${SELECT}`, 'not a duration', ''],
    [`CREATE MATERIALIZED VIEW w WITH («rows = false) AS SELECT k FROM v`, 'computed when they are read', 'leave "rows" out'],
    [`CREATE MATERIALIZED VIEW w WITH («allowed_lateness = '1 s') AS SELECT k FROM v`, 'other views', 'on those'],
    [
      `CREATE MATERIALIZED VIEW w WITH («allowed_lateness = '1 s') AS SELECT count(*) AS n FROM TUMBLE(t, arrival_time, INTERVAL '1 minute') ${BY}`,
      'no event is late by arrival time',
      'leave it out',
    ],
    [`CREATE MATERIALIZED VIEW w WITH («allowed_lateness = '1 s') AS SELECT count(*) AS n FROM t`, 'or without a window', 'leave it out'],
    [
      `CREATE TABLE u (k text, at timestamptz); SELECT count(*) FROM TUMBLE(u, «at, INTERVAL '1 minute') ${BY}`,
      'u has no event time',
      "event_time = 'at'",
    ],
    [`CREATE TABLE u (k text) WITH («max_ahead = '1 s'); SELECT count(*) FROM u`, 'no effect without event_time', 'leave it out'],
    [`CREATE TABLE u (k text) WITH («max_behind = '1 s'); SELECT count(*) FROM u`, 'no effect without event_time', 'leave it out'],
    [`CREATE MATERIALIZED VIEW w WITH («max_keys = 10) AS ${SELECT}`, 'does not keep keys for ever', 'GROUP BY and no window'],
    [`CREATE MATERIALIZED VIEW w WITH («max_keys = '10') AS SELECT count(*) AS n FROM t`, 'a whole number, not "10"', 'max_keys = 100000'],
    [`CREATE MATERIALIZED VIEW w WITH (max_keys = 0) AS SELECT «count(*) AS n FROM t`, 'maxKeys must be a whole number from 1', ''],
    [`CREATE MATERIALIZED VIEW «v AS ${SELECT}`, 'a view "v" already', 'another name'],
    [
      `CREATE MATERIALIZED VIEW w AS ${SELECT} HAVING count(*) > 1; CREATE MATERIALIZED VIEW «w__1 AS ${SELECT}`,
      'a hidden view of another view',
      'another name',
    ],
    [`CREATE MATERIALIZED VIEW «t AS ${SELECT}`, 'a stream "t" already', 'another name'],
    [`CREATE MATERIALIZED VIEW «"a b" AS ${SELECT}`, 'not a valid view name', 'letters'],
    [`CREATE MATERIALIZED VIEW «w (a, b) AS ${SELECT}`, '2 names for 1 columns', ''],
    [`«CREATE TABLE w AS ${SELECT}`, 'CREATE TABLE … AS', 'CREATE MATERIALIZED VIEW'],
    [`«CREATE VIEW w AS ${SELECT}`, 'CREATE VIEW', 'CREATE MATERIALIZED VIEW'],
    [`«${SELECT};\n${SELECT}`, 'last statement', 'CREATE MATERIALIZED VIEW'],
  ];
  it.each(views)('%s', async (sql, construct, instead) => {
    const message = await sqlErrorAt(TABLE + VIEW + sql);
    expect(message).toContain(construct);
    expect(message).toContain(instead);
  });
});

describe('several mistakes', () => {
  it('are all told, one for each statement, and none that only follows from another', async () => {
    const text = `CREATE TABLE s (at timestamptz) WITH (event_time = 'ta');
CREATE MATERIALIZED VIEW a AS SELECT count(*) AS n FROM TUMBLE(s, at, '1 minute') GROUP BY window_start;
${TABLE}CREATE MATERIALIZED VIEW b AS SELECT sum(z) AS n ${TUMBLE} ${BY};
CREATE MATERIALIZED VIEW c AS SELECT n FROM b;
CREATE MATERIALIZED VIEW d AS SELECT sum(x) AS n ${TUMBLE} ${BY};
SELECT m FROM d`;
    const message = await sqlErrorAt(text);
    expect(message.split('\n').filter((line) => /^app/.test(line))).toEqual([
      'app.sql has 3 mistakes:',
      'app.sql:1:39: there is no column "ta"',
      'app.sql:4:42: column "z" does not exist',
      'app.sql:7:8: column "m" does not exist',
    ]);
  });
});

describe('statements of other kinds', () => {
  it.each([
    ['INSERT INTO t (k) VALUES (1) RETURNING k', 'INSERT'],
    ['UPDATE t SET k = 1', 'UPDATE'],
    ['DELETE FROM t', 'DELETE'],
    ['MERGE INTO t USING t AS u ON true WHEN MATCHED THEN DO NOTHING', 'MERGE'],
    ['CREATE INDEX i ON t (k)', 'CREATE INDEX'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'CREATE FUNCTION'],
    ['CREATE SCHEMA s', 'CREATE SCHEMA'],
    ['CREATE SEQUENCE s', 'CREATE SEQUENCE'],
    ["CREATE TYPE e AS ENUM ('a')", 'CREATE TYPE'],
    ['CREATE EXTENSION x', 'CREATE EXTENSION'],
    ['ALTER TABLE t ADD COLUMN z int', 'ALTER'],
    ['DROP TABLE t', 'DROP'],
    ['TRUNCATE t', 'TRUNCATE'],
    ['COPY t FROM STDIN', 'COPY'],
    ['EXPLAIN SELECT 1', 'EXPLAIN'],
    ['REFRESH MATERIALIZED VIEW v', 'REFRESH'],
    ['BEGIN', 'transaction'],
    ["SET timezone = 'UTC'", 'SET'],
    ['SHOW timezone', 'SHOW'],
    ["COMMENT ON TABLE t IS 'x'", 'COMMENT'],
    ['GRANT SELECT ON t TO x', 'GRANT'],
    ['VACUUM', 'VACUUM'],
    ['LISTEN x', 'LISTEN'],
    ['CALL f()', 'CALL'],
    ['CHECKPOINT', 'CheckPointStmt'],
  ])('%s', async (sql, name) => {
    const message = await sqlErrorAt(`${TABLE}«${sql}`);
    expect(message).toContain(name);
    expect(message).toContain('is not supported');
  });

  it.each(['', '-- nothing', TABLE])('a text without a view: %j', async (sql) => {
    expect(await sqlErrorAt(sql)).toContain('there is no view');
  });
});
