import type { Row } from '../../../lib/core/column.ts';
import { bindSql, scopeOf } from '../../support/expressions.ts';

/** Columns of the table that expressions are computed over, here and in PostgreSQL. */
const COLUMNS = {
  i: 'bigint',
  j: 'bigint',
  d: 'double precision',
  e: 'double precision',
  s: 'text',
  u: 'text',
  b: 'boolean',
  c: 'boolean',
  t: 'timestamptz',
  w: 'timestamptz',
  n: 'interval',
  k: 'jsonb',
} as const;

/** Values as SQL literals: ordinary ones, zeroes, ends of ranges, and NULLs. */
const VALUES: readonly (readonly string[])[] = [
  [
    '7',
    '-3',
    '2.5',
    '-0.1',
    `'Hello World'`,
    `'o'`,
    'true',
    'false',
    `'2024-02-29 13:14:15.678+00'`,
    `'2023-12-31 23:59:59.999+00'`,
    `'1 month 2 days 03:04:05.6'`,
    `'{"a": {"b": [1, "x", null]}, "n": 12.5}'`,
  ],
  [
    '0',
    '5',
    '0',
    '3.5',
    `''`,
    `'%'`,
    'false',
    'true',
    `'1970-01-01 00:00:00+00'`,
    `'1969-07-20 20:17:40+00'`,
    `'-1 day 00:30:00'`,
    `'[1, 2, {"c": true}]'`,
  ],
  [
    '9223372036854775807',
    '2',
    '1e300',
    '1e-300',
    `'a_b%c\\d'`,
    `'a\\_b'`,
    'true',
    'true',
    `'2021-03-28 00:59:59+00'`,
    `'2021-10-31 00:30:00+00'`,
    `'0'`,
    `'"text"'`,
  ],
  [
    '-9223372036854775808',
    '-1',
    '-2.5',
    '0.5',
    `'  pad  '`,
    `' '`,
    'false',
    'false',
    `'2000-01-01 00:00:00+00'`,
    `'1999-12-31 12:00:00+00'`,
    `'-14 months'`,
    `'12345678901234567890'`,
  ],
  ['NULL', '1', 'NULL', '1', 'NULL', `'x'`, 'NULL', 'true', 'NULL', `'2024-06-15 08:00:00+00'`, 'NULL', 'NULL'],
  [
    '9007199254740993',
    'NULL',
    '1234567.891',
    'NULL',
    `'Ünïcödé 😀 text'`,
    'NULL',
    'true',
    'NULL',
    `'2024-12-30 06:00:00+00'`,
    'NULL',
    `'1 year 400 days 100:00:00'`,
    `'true'`,
  ],
];

export const sampleColumns = Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');
export const sampleRows = VALUES;
export const sampleScope = scopeOf(COLUMNS);

/** The same rows in the form expressions use. Their literals are read as constants are; that these are right is for the cases to show. */
export const sampleValues: readonly Row[] = VALUES.map((values) =>
  Object.fromEntries(Object.entries(COLUMNS).map(([name, type], index) => [name, bindSql(`(${values[index]})::${type}`).evaluate({})])),
);
