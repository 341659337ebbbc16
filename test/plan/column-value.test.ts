import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../lib/core/column.ts';
import { columnReader, valueReader } from '../../lib/plan/column-value.ts';

const reader = (type: ColumnType, nullable = true) => valueReader({ name: 'x', type, nullable }, columnReader('x'), false);

describe('columnReader', () => {
  it('reads what a row itself has', () => {
    expect(columnReader('constructor')({})).toBeUndefined();
    expect(columnReader('__proto__')({})).toBeUndefined();
    expect(columnReader('__proto__')(JSON.parse('{"__proto__":7}'))).toBe(7);
    expect(columnReader('page')({ page: '/' })).toBe('/');
  });
});

describe('valueReader, of what has not been validated,', () => {
  it.each<[ColumnType, unknown, unknown]>([
    ['text', 'a', 'a'],
    ['text', undefined, null],
    ['bigint', 7, 7],
    ['bigint', 7n, 7],
    ['bigint', 2n ** 63n - 1n, 2n ** 63n - 1n],
    ['double precision', -0.5, -0.5],
    ['boolean', true, true],
    ['jsonb', [1], [1]],
    ['timestamptz', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['timestamptz', '1970-01-01T01:00:00+01:00', '1970-01-01T00:00:00.000Z'],
    ['timestamptz', null, null],
  ])('gives of %s %o %o', (type, value, expected) => {
    expect(reader(type)({ x: value })).toEqual(expected);
  });

  it.each<[ColumnType, unknown, string]>([
    ['text', 'a\ud800', 'column "x": expected text or null, got text with a lone surrogate'],
    ['text', 1, 'column "x": expected text or null, got the number 1'],
    ['bigint', 2 ** 53, 'expected a whole number of 64 bits or null, got the number 9007199254740992, which may have been rounded'],
    ['bigint', 2n ** 63n, 'column "x": expected a whole number of 64 bits or null, got the bigint 9223372036854775808'],
    ['double precision', Number.NaN, 'column "x": expected a finite number or null, got the number NaN'],
    ['boolean', [], 'column "x": expected true or false or null, got an array'],
    ['timestamptz', 0, 'column "x": expected a time in ISO 8601 or null, got the number 0'],
    ['timestamptz', new Date(Number.NaN), 'column "x": expected a time in ISO 8601 or null, got an object'],
  ])('refuses of %s %o', (type, value, message) => {
    expect(() => reader(type)({ x: value })).toThrow(message);
  });

  it('refuses NULL only where there must be none', () => {
    expect(() => reader('text', false)({ x: null })).toThrow('column "x": expected text, got null');
    expect(() => reader('text', false)({})).toThrow('column "x": expected text, got nothing');
  });
});

describe('valueReader, of what has been validated,', () => {
  it('gives values as they are, and times in one form', () => {
    const column = { name: 'x', type: 'bigint', nullable: false } as const;
    expect(valueReader(column, columnReader('x'), true)({ x: 7 })).toBe(7);
    expect(valueReader({ ...column, type: 'timestamptz' }, columnReader('x'), true)({ x: '1970-01-01' })).toBe('1970-01-01T00:00:00.000Z');
  });
});
