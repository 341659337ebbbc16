import { describe, expect, it } from 'vitest';
import { parseSql } from '../../lib/sql/parse.ts';
import { SqlSource } from '../../lib/sql/source.ts';

async function failure(text: string): Promise<string> {
  const error: unknown = await parseSql(text, 'app.sql').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'MillraceError', code: 'definition' });
  return (error as Error).message;
}

describe('parseSql', () => {
  it('gives the statements and where each begins, in bytes, comments aside', async () => {
    const text = '-- é\nSELECT 1; /* ü\n */ SELECT 2 ;\n';
    const { statements } = await parseSql(text, 'app.sql');
    const bytes = Buffer.from(text);
    expect(statements.map(({ offset }) => bytes.subarray(offset, offset + 8).toString())).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it.each(['', ' \n', '-- nothing', '/* nothing */;'])('finds no statement in %j', async (text) => {
    expect((await parseSql(text, 'app.sql')).statements).toEqual([]);
  });

  it.each([
    // [SQL, line:column, what is said at least]
    ['SELECT 1 FROM FROM x', '1:15', 'syntax error at or near "FROM"'],
    ['SELECT 1,\n  2, FROM x', '2:6', 'remove the extra comma'],
    ["SELECT 'é😀',\n\tü, FROM x", '2:5', 'remove the extra comma'],
    ["SELECT 'é😀' FROM FROM x", '1:18', 'syntax error at or near "FROM"'],
    ["SELECT 'abc", '1:8', 'unterminated quoted string'],
    ["SELECT '😀' || 'abc", '1:15', 'unterminated quoted string'],
    ['SELECT "abc', '1:8', 'close the quoted name with "'],
    ['SELECT 1 /* x', '1:10', 'close the comment with */'],
    ['SELECT (1', '1:10', 'end of input'],
    ['SELECT 1 FROM x\nSELECT 2', '2:1', 'separate statements with ;'],
    ['SELECT 1 EMIT CHANGES', '1:15', 'no EMIT'],
    ['CREATE TABLE x (a int, WATERMARK FOR a AS a)', '1:34', 'event_time'],
    ['SELECT 1\r\nFROM FROM x', '2:6', 'syntax error'],
    ['SELECT \0', '1:8', 'NUL'],
  ])('says where %j is wrong', async (text, position, said) => {
    const message = await failure(text);
    expect(message.split('\n')[0]).toMatch(new RegExp(`^app\\.sql:${position}: `));
    expect(message).toContain(said);
  });

  it('shows the line with a mark under the place', async () => {
    expect(await failure("SELECT 'ü',\n\té, FROM x")).toBe(
      ['app.sql:2:5: syntax error at or near "FROM"', '  2 | \té, FROM x', '    | \t   ^', '  remove the extra comma before it'].join('\n'),
    );
  });

  it.each([
    "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
    "SELECT * FROM TABLE(TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '1' MINUTES))",
    "SELECT * FROM a JOIN TABLE(HOP(TABLE t, DESCRIPTOR(\"é\"), INTERVAL '1' HOURS, INTERVAL '2' HOURS)) ON true",
    "SELECT * FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(ts), INTERVAL '5' MINUTES))",
    'SELECT * FROM TABLE(SESSION(DATA => TABLE t PARTITION /* by */ BY (k, "é"), TIMECOL => DESCRIPTOR(ts), GAP => INTERVAL \'5\' MINUTES))',
    "SELECT * FROM TABLE ( CUMULATE ( TABLE t , DESCRIPTOR ( ts ) , INTERVAL '2' MINUTES, INTERVAL '10' MINUTES ) )",
  ])('reads Flink’s %s', async (text) => {
    expect((await parseSql(text, 'app.sql')).statements).toHaveLength(1);
  });

  it('keeps every place in Flink’s form', async () => {
    const text = "SELECT * FROM TABLE(TUMBLE(TABLE bïd, DESCRIPTOR(ts), INTERVAL '1' MINUTES)) WHERE x = 1";
    const { statements } = await parseSql(text, 'app.sql');
    const found = JSON.stringify(statements).match(/"sval":"x"}}\],"location":(\d+)/)?.[1];
    expect(new SqlSource(text, 'app.sql').fromBytes(Number(found))).toBe(text.indexOf('x = 1'));
  });

  it('leaves the words of Flink’s form alone elsewhere', async () => {
    const { statements } = await parseSql("SELECT 'TABLE(TUMBLE(TABLE t))', descriptor, minutes FROM t -- TABLE(t)", 'app.sql');
    const text = JSON.stringify(statements);
    for (const kept of ['TABLE(TUMBLE(TABLE t))', '"descriptor"', '"minutes"']) expect(text).toContain(kept);
  });
});
