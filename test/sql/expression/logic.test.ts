import { describe, expect, it } from 'vitest';
import { bindSql, scopeOf } from '../../support/expressions.ts';

const scope = scopeOf({ a: 'boolean', b: 'boolean', n: 'bigint' });
const VALUES = [true, false, null];
const evaluate = (sql: string, a: boolean | null, b: boolean | null): unknown => bindSql(sql, scope).evaluate({ a, b });

describe('three-valued logic', () => {
  // The truth tables of the SQL standard, in the order true, false, NULL.
  it.each([
    ['a AND b', [true, false, null, false, false, false, null, false, null]],
    ['a OR b', [true, true, true, true, false, null, true, null, null]],
  ])('%s', (sql, expected) => {
    expect(VALUES.flatMap((a) => VALUES.map((b) => evaluate(sql, a, b)))).toEqual(expected);
  });

  it.each([
    ['NOT a', [false, true, null]],
    ['a IS TRUE', [true, false, false]],
    ['a IS NOT TRUE', [false, true, true]],
    ['a IS FALSE', [false, true, false]],
    ['a IS NOT FALSE', [true, false, true]],
    ['a IS UNKNOWN', [false, false, true]],
    ['a IS NOT UNKNOWN', [true, true, false]],
    ['a IS NULL', [false, false, true]],
    ['a IS NOT NULL', [true, true, false]],
  ])('%s', (sql, expected) => {
    expect(VALUES.map((a) => evaluate(sql, a, null))).toEqual(expected);
  });

  it('takes only truth values, and says what it got', () => {
    expect(() => bindSql('a AND n', scope)).toThrow('expected boolean, got bigint; write CAST(… AS boolean)');
  });
});
