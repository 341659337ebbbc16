import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { application } from '../../lib/dsl/application.ts';
import { sql } from '../../lib/dsl/sql.ts';
import type { ParsedSql } from '../../lib/plan/parsed-sql.ts';
import { parseSql } from '../../lib/sql/parse.ts';

const TABLE = `CREATE TABLE t (k text NOT NULL, x bigint, y double precision, at timestamptz)
  WITH (event_time = 'at', max_out_of_orderness = '1 second');\n`;

/** Statements that hold every kind of node that is accepted. */
const ACCEPTED = [
  `CREATE MATERIALIZED VIEW v (a, b, c) WITH (allowed_lateness = '1 minute', version = 2) AS
     WITH q (kk, ts) AS (SELECT k, at FROM t AS u WHERE x > 1)
     SELECT kk AS key, window_start, count(*) FILTER (WHERE kk <> 'z') AS n
     FROM TUMBLE(q, ts, size => INTERVAL '1' MINUTE) AS w GROUP BY kk, window_start HAVING count(*) > 1;`,
  `CREATE MATERIALIZED VIEW v AS SELECT k, window_start, window_end, sum(x + 1) AS s, min(DISTINCT y) AS m
     FROM HOP(t, at, INTERVAL '1 minute', INTERVAL '5 minutes') GROUP BY k, window_start, window_end;
   CREATE MATERIALIZED VIEW top AS SELECT * FROM (
     SELECT k, window_start, window_end, s, row_number() OVER (PARTITION BY window_start, window_end ORDER BY s DESC NULLS LAST) AS r FROM v
   ) AS q (k, window_start, window_end, s, place) WHERE place <= 3;
   SELECT a.k, COALESCE(a.s, 0) AS s FROM v AS a LEFT JOIN top AS b ON a.k = b.k AND a.window_start = b.window_start AND a.s < b.s
   UNION ALL SELECT k, s FROM v JOIN top USING (k, window_start, window_end, s);`,
];

/** Nodes that say one thing only, and so could hardly be passed over. */
const PLAIN = new Set(['String', 'Integer', 'ival', 'sval', 'boolval', 'A_Star', 'List']);

/** Every part of a parse tree that is a node, and what it is called. */
function* nodes(part: unknown, name = ''): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof part !== 'object' || part === null) return;
  if (Array.isArray(part)) {
    for (const item of part) yield* nodes(item, name);
    return;
  }
  const kinds = Object.keys(part);
  const wrapped = kinds.length === 1 && /^[A-Z]/.test(kinds[0] as string);
  if (name !== '' && !wrapped && kinds.length > 0 && !PLAIN.has(name)) yield [name, part as Record<string, unknown>];
  for (const [field, inner] of Object.entries(part)) yield* nodes(inner, field);
}

function compiled(parsed: ParsedSql) {
  return compile(application('a', { sql: { ...sql(parsed.text), parsed } }));
}

describe('a field that nobody knows is refused, wherever in an accepted statement it is', () => {
  it.each(ACCEPTED)('%s', async (text) => {
    const parsed = await parseSql(TABLE + text, 'app.sql');
    await compiled(parsed);
    const kinds = new Set<string>();
    const silent: string[] = [];
    const count = [...nodes(parsed.statements.map(({ node }) => node))].length;
    for (let i = 0; i < count; i++) {
      const changed = structuredClone(parsed);
      const [kind, node] = [...nodes(changed.statements.map((statement) => statement.node))][i] as readonly [
        string,
        Record<string, unknown>,
      ];
      node.unheard_of = true;
      kinds.add(kind);
      const refused = await compiled(changed).then(
        () => false,
        () => true,
      );
      if (!refused) silent.push(`${kind}: ${JSON.stringify(node).slice(0, 200)}`);
    }
    expect(silent).toEqual([]);
    expect(kinds.size).toBeGreaterThan(10);
  });
});
