// Texts that are nearly SQL, and SQL that is nearly a view: they compile, or are refused with line and column. Never anything else.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { MillraceError } from '../../lib/core/errors.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';

/** Whether it was compiled; what is refused is refused properly. */
async function compiles(text: string): Promise<boolean> {
  try {
    await compile(sqlApplication('app.sql', text));
    return true;
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(MillraceError);
    const { code, message } = error as MillraceError;
    expect({ code, message }).toEqual({
      code: 'definition',
      message: expect.stringMatching(/^(app\.sql has \d+ mistakes:\n)?app\.sql:\d+:\d+: \S/),
    });
    // Where something of the inside came out, it would show as one of these.
    expect(message.replaceAll(/^ +\d* \|.*$/gm, '')).not.toMatch(/\[object |undefined|native code|\.ts:\d|Symbol\(/);
    return false;
  }
}

const CASES = new URL('./cases/', import.meta.url);
const texts = readdirSync(CASES).map((name) => readFileSync(new URL(`${name}/app.sql`, CASES), 'utf8').replaceAll(/--.*$/gm, ''));
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_]\w*|\d+(?:\.\d+)?|[<>=!~|:.-]{1,3}|\s+|[^\s]/g;
const tokensOf = (text: string): string[] => text.match(TOKEN) ?? [];
const known = [...new Set(texts.flatMap(tokensOf).filter((token) => token.trim() !== ''))];

describe('the texts of the cases', () => {
  /** What PostgreSQL has and views do not, what JavaScript has and SQL does not, and what is nothing at all. */
  const STRANGE = [
    ...[
      'NULL',
      '1e999',
      '9223372036854775808',
      '-',
      '(',
      ')',
      '*',
      '::',
      '[',
      "''",
      '$1',
      '?',
      '@',
      '😀',
      '-- ',
      '/*',
      '*/',
      '\\',
      '\u2028',
    ],
    ...['__proto__', 'constructor', 'toString', '"__proto__"', '"hasOwnProperty"', 'a.b.c.d', '*.*', "E'\\x'", "U&'\\d83d'", "B'1'"],
    ...['OVER ()', 'FILTER (WHERE true)', 'DISTINCT', 'LATERAL', 'EXCEPT', 'LIMIT 1', 'HAVING true', 'RECURSIVE', 'VALUES (1)', 'ARRAY[1]'],
    ...['EXISTS (SELECT 1)', '(SELECT 1)', 'COLLATE "C"', "AT TIME ZONE 'x'", "INTERVAL '1 month'", "INTERVAL '1 constructor'", 'ROW (1)'],
    ...[
      'SIMILAR TO',
      "~ '['",
      "LIKE '\\'",
      'ANY',
      'json_object()',
      'GROUPING (a)',
      'position(1 in 2)',
      'trim(both from x)',
      'nullif(1)',
      'greatest()',
    ],
  ];
  const change = fc.record({
    how: fc.constantFrom('leave out', 'twice', 'another', 'another', 'strange', 'insert', 'swap'),
    at: fc.nat(),
    to: fc.nat(),
    token: fc.constantFrom(...known),
    strange: fc.constantFrom(...STRANGE),
  });
  const spoilt = fc
    .record({ text: fc.constantFrom(...texts), changes: fc.array(change, { minLength: 1, maxLength: 3 }) })
    .map(({ text, changes }) => {
      const tokens = tokensOf(text);
      for (const { how, at, to, token, strange } of changes) {
        const i = at % tokens.length;
        const j = to % tokens.length;
        if (how === 'leave out') tokens.splice(i, 1);
        else if (how === 'twice') tokens.splice(i, 0, tokens[i] as string);
        else if (how === 'another') tokens[i] = token;
        else if (how === 'strange') tokens[i] = ` ${strange} `;
        else if (how === 'insert') tokens.splice(i, 0, ` ${strange} `);
        else [tokens[i], tokens[j]] = [tokens[j] as string, tokens[i] as string];
      }
      return tokens.join('');
    });

  it('with tokens changed compile, or are refused with line and column', async () => {
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(spoilt, async (text) => {
        if (await compiles(text)) compiled++;
      }),
      { numRuns: 700 },
    );
    expect(compiled).toBeGreaterThan(20);
  });

  it('with characters changed are refused with line and column, or compile', async () => {
    const cut = fc.record({
      text: fc.constantFrom(...texts),
      at: fc.nat(),
      length: fc.nat(5),
      put: fc.string({ unit: 'binary', maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ text, at, length, put }) => {
        const i = at % text.length;
        await compiles(text.slice(0, i) + put + text.slice(i + length));
      }),
      { numRuns: 400 },
    );
  });
});

describe('statements by the grammar, of any types and names', () => {
  const name = fc.constantFrom('k', 's', 'x', 'y', 'ok', 'at', 'j', 't.x', 'nope', '"__proto__"', 'window_start', 'window_end', 'n');
  const literal = fc.constantFrom(
    '1',
    '-1.5',
    "'a'",
    "''",
    'NULL',
    'true',
    '9223372036854775807',
    '1e308',
    "INTERVAL '1 hour'",
    "TIMESTAMPTZ '2026-01-01'",
  );
  const fn = fc.constantFrom(
    ...[
      'abs',
      'lower',
      'length',
      'round',
      'coalesce',
      'nullif',
      'greatest',
      'substr',
      'date_trunc',
      'to_char',
      'left',
      'mod',
      'power',
      'split_part',
    ],
    ...[
      'count',
      'sum',
      'avg',
      'min',
      'max',
      'first',
      'arg_max',
      'approx_quantile',
      'string_agg',
      'array_agg',
      'rate',
      'ewma',
      'nope',
      'row_number',
    ],
  );
  const operator = fc.constantFrom(
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    '||',
    '=',
    '<>',
    '<',
    '>=',
    'AND',
    'OR',
    'LIKE',
    '~',
    '->',
    '->>',
    'IS DISTINCT FROM',
  );
  const type = fc.constantFrom(
    'text',
    'bigint',
    'double precision',
    'boolean',
    'timestamptz',
    'interval',
    'jsonb',
    'numeric(10, 2)',
    'date',
    'x[]',
    'constructor',
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression');
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        name,
        literal,
        fc.tuple(inner, operator, inner).map(([a, op, b]) => `(${a} ${op} ${b})`),
        fc.tuple(fn, fc.array(inner, { maxLength: 3 })).map(([f, args]) => `${f}(${args.join(', ')})`),
        fc.tuple(fc.constantFrom('sum', 'count', 'max'), inner).map(([f, arg]) => `${f}(DISTINCT ${arg})`),
        fc.tuple(fn, inner, inner).map(([f, arg, condition]) => `${f}(${arg}) FILTER (WHERE ${condition})`),
        fc.tuple(inner, type).map(([a, to]) => `(${a})::${to}`),
        fc.tuple(inner, inner, inner).map(([a, b, c]) => `CASE WHEN ${a} THEN ${b} ELSE ${c} END`),
        fc.tuple(inner, fc.array(inner, { minLength: 1, maxLength: 3 })).map(([a, list]) => `${a} IN (${list.join(', ')})`),
        inner.map((a) => `${a} IS NOT NULL`),
        inner.map((a) => `NOT ${a}`),
        fc.tuple(inner, inner).map(([a, b]) => `row_number() OVER (PARTITION BY ${a} ORDER BY ${b} DESC)`),
      ),
    };
  });
  const length = fc.constantFrom(
    "INTERVAL '1 minute'",
    "INTERVAL '0'",
    "INTERVAL '1 month'",
    "INTERVAL '-5 minutes'",
    "'1 hour'",
    '5',
    'NULL',
    "INTERVAL '7 minutes'",
  );
  const from = fc.oneof(
    fc.constantFrom(
      't',
      'nope',
      't JOIN t AS u ON t.k = u.k',
      'v',
      'v JOIN t ON v.k = t.k',
      'v AS a JOIN v AS b USING (k, window_start, window_end)',
    ),
    fc
      .tuple(fc.constantFrom('TUMBLE', 'HOP', 'CUMULATE', 'SESSION', 'NOPE'), name, fc.array(length, { maxLength: 3 }))
      .map(([f, column, lengths]) => `${f}(t, ${[column, ...lengths].join(', ')})`),
    fc.constantFrom(
      "TUMBLE(t, at, INTERVAL '1 minute')",
      "HOP(t, at, INTERVAL '1 minute', INTERVAL '5 minutes')",
      "TUMBLE(v, window_start, INTERVAL '1 hour')",
    ),
  );
  const maybe = (clause: string, arbitrary: fc.Arbitrary<string>) =>
    fc.option(arbitrary, { nil: undefined }).map((given) => (given === undefined ? '' : ` ${clause} ${given}`));
  const output = fc
    .tuple(expression, fc.option(fc.constantFrom('a', 'n', '"__proto__"', 'final', 'window_start', 'é')))
    .map(([of, as]) => (as === null ? of : `${of} AS ${as}`));
  const select = fc
    .tuple(
      fc.array(output, { minLength: 1, maxLength: 4 }),
      from,
      maybe('WHERE', expression),
      maybe(
        'GROUP BY',
        fc.array(fc.oneof(name, fc.constantFrom('1', 'window_start, window_end'), expression), { minLength: 1, maxLength: 4 }).map(String),
      ),
      maybe('HAVING', expression),
      maybe('ORDER BY', expression),
    )
    .map(([outputs, source, ...clauses]) => `SELECT ${outputs.join(', ')} FROM ${source}${clauses.join('')}`);
  const TABLE =
    "CREATE TABLE t (k text, s text NOT NULL, x bigint, y double precision, ok boolean, at timestamptz NOT NULL, j jsonb) WITH (event_time = 'at');";
  const VIEW =
    "CREATE MATERIALIZED VIEW v AS SELECT k, window_start, window_end, count(*) AS n FROM TUMBLE(t, at, INTERVAL '1 minute') GROUP BY k, window_start, window_end;";

  it('compile, or are refused with line and column', async () => {
    let compiled = 0;
    const minutes = "TUMBLE(t, at, INTERVAL '1 minute')";
    const nearly = fc
      .tuple(expression, expression)
      .map(
        ([a, b]) =>
          `SELECT k, count(*) FILTER (WHERE ${a} IS NULL) AS n, count(${b}) AS m FROM ${minutes} GROUP BY k, window_start, window_end`,
      );
    const statement = fc.oneof(
      { weight: 4, arbitrary: nearly },
      { weight: 4, arbitrary: select },
      { weight: 1, arbitrary: fc.tuple(select, select).map(([a, b]) => `${a} UNION ALL ${b}`) },
      { weight: 1, arbitrary: select.map((inner) => `SELECT * FROM (${inner}) q`) },
      { weight: 1, arbitrary: fc.tuple(select, select).map(([a, b]) => `WITH v AS (${a}) ${b}`) },
    );
    await fc.assert(
      fc.asyncProperty(statement, async (text) => {
        if (await compiles(`${TABLE}\n${VIEW}\n${text};`)) compiled++;
      }),
      { numRuns: 600 },
    );
    expect(compiled).toBeGreaterThan(0);
  });
});

describe('a name that every object has', () => {
  const FORMS: readonly ((name: string) => string)[] = [
    (w) => `SELECT count(*) FILTER (WHERE at > TIMESTAMPTZ '2026-01-01' - INTERVAL '1 ${w}') AS n FROM t`,
    (w) => `SELECT count(*) FILTER (WHERE extract('${w}' FROM at) > 1) AS n FROM t`,
    (w) => `SELECT count(*) FILTER (WHERE date_trunc('${w}', at) = at) AS n FROM t`,
    (w) => `SELECT count(*) FILTER (WHERE to_char(at, '${w}') = 'x') AS n FROM t`,
    (w) => `SELECT "${w}"(x) AS n FROM t`,
    (w) => `SELECT count(*) FILTER (WHERE x::"${w}" = 1) AS n FROM t`,
    (w) => `SELECT count(*) FILTER (WHERE at AT TIME ZONE '${w}' = 'x') AS n FROM t`,
    (w) => `SELECT count(*) AS n FROM "${w}"(t, at, INTERVAL '1 minute') GROUP BY window_start, window_end`,
    (w) => `SELECT count(*) AS n FROM TUMBLE(t, at, INTERVAL '1 minute', "${w}" => '1') GROUP BY window_start, window_end`,
    (w) => `SELECT count(*) AS n FROM "${w}"`,
    (w) => `SELECT "${w}".x AS n FROM t`,
    (w) => `SELECT count("${w}") AS n FROM t`,
    (w) => `CREATE MATERIALIZED VIEW v WITH ("${w}" = '1') AS SELECT count(*) AS n FROM t`,
    (w) => `CREATE TABLE u (k text, at timestamptz) WITH (event_time = 'at', "${w}" = '1')`,
    (w) => `CREATE TABLE u (k "${w}", at timestamptz) WITH (event_time = 'at')`,
    (w) => `SELECT x AS "${w}", k FROM t`,
    (w) => `SELECT "${w}", n FROM (SELECT k AS "${w}", count(*) AS n FROM t GROUP BY k) q`,
    (w) => `CREATE MATERIALIZED VIEW "${w}" AS SELECT k AS "${w}", count(*) AS n FROM t GROUP BY k; SELECT "${w}" FROM "${w}"`,
  ];

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])('%s is just a name', async (name) => {
    for (const form of FORMS) await compiles(`CREATE TABLE t (k text, x bigint, at timestamptz) WITH (event_time = 'at');\n${form(name)};`);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
