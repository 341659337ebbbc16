import type { Row } from '../../../lib/core/column.ts';
import type { SqlType } from '../../../lib/sql/expression/types.ts';
import { bindSql, scopeOf } from '../../support/expressions.ts';

/** Columns of the table that expressions are computed over, here and in PostgreSQL. */
const BY_TYPE = {
  bigint: ['i', 'j', 'x'],
  'double precision': ['d', 'e', 'p'],
  text: ['s', 'u', 'y'],
  boolean: ['b', 'c'],
  timestamptz: ['t', 'w'],
  interval: ['n', 'm'],
  jsonb: ['k'],
} as const;
const TYPES = Object.fromEntries(Object.entries(BY_TYPE).flatMap(([type, names]) => names.map((name) => [name, type]))) as Record<
  Name,
  SqlType
>;
type Name = (typeof BY_TYPE)[keyof typeof BY_TYPE][number];

/** Their values, one per row: ordinary ones, zeroes, ends of ranges, what is hard to round, and NULLs. */
const VALUES: Readonly<Record<Name, readonly (string | null)[]>> = {
  i: ['7', '0', '9223372036854775807', '-9223372036854775808', null, '9007199254740993'],
  j: ['-3', '5', '2', '-1', '1', null],
  x: ['3', '0', '1', '-2', '5', null],
  d: ['2.5', '0', '1e300', '-2.5', null, '1234567.891'],
  e: ['-0.1', '3.5', '1e-300', '0.5', '1', null],
  p: ['1.5', '0', '-7.25', '100', null, '0.001'],
  s: ['Hello World', '', 'a_b%c\\d', '  pad  ', null, 'Ünïcödé 😀 text'],
  u: ['o', '%', 'a\\_b', ' ', 'x', null],
  y: ['llo', '', '_b%', 'd', null, 'é😀'],
  b: ['true', 'false', 'true', 'false', null, 'true'],
  c: ['false', 'true', 'true', 'false', 'true', null],
  t: ['2024-02-29 13:14:15.678+00', 'epoch', '2021-03-28 00:59:59+00', '2000-01-01 00:00:00+00', null, '2024-12-30 06:00:00+00'],
  w: [
    '2023-12-31 23:59:59.999+00',
    '1969-07-20 20:17:40+00',
    '2021-10-31 00:30:00+00',
    '1999-12-31 12:00:00+00',
    '2024-06-15 08:00:00+00',
    null,
  ],
  n: ['1 month 2 days 03:04:05.6', '-1 day 00:30:00', '0', '-14 months', null, '1 year 400 days 100:00:00'],
  m: ['1 day', '-30 minutes', '1 month', '12:34:56.789', '-1 year 1 day', null],
  k: ['{"a": {"b": [1, "x", null]}, "n": 12.5}', '[1, 2, {"c": true}]', '"text"', '12345678901234567890', null, 'true'],
};

const names = Object.keys(TYPES) as Name[];
const literal = (name: Name, row: number): string => {
  const text = VALUES[name][row];
  return text === null || text === undefined ? `NULL::${TYPES[name]}` : `'${text}'::${TYPES[name]}`;
};
const rows = VALUES.i.map((_, row) => row);

/** As CREATE TABLE and INSERT want them. */
export const sampleColumns = names.map((name) => `${name} ${TYPES[name]}`).join(', ');
export const sampleRows = rows.map((row) => names.map((name) => literal(name, row)));

export const sampleScope = scopeOf(TYPES);

/** The same rows in the form expressions use. That their literals are read rightly is for the cases of casts to show. */
export const sampleValues: readonly Row[] = rows.map((row) =>
  Object.fromEntries(names.map((name) => [name, bindSql(literal(name, row)).evaluate({})])),
);
