import { describe, expect, it } from 'vitest';
import { parseKeyValue, parseLimit } from '../../lib/api/values.ts';
import type { ColumnType } from '../../lib/core/column.ts';

describe('key values', () => {
  it.each<[ColumnType, string, unknown]>([
    ['text', '', ''],
    ['text', '42', '42'],
    ['bigint', '42', 42],
    ['bigint', '-0', 0],
    ['bigint', '+007', 7],
    ['bigint', '9007199254740991', Number.MAX_SAFE_INTEGER],
    ['bigint', '9007199254740992', 2n ** 53n],
    ['bigint', '-9223372036854775808', -(2n ** 63n)],
    ['double precision', '-1.5e3', -1500],
    ['double precision', '.5', 0.5],
    ['double precision', '-0', 0],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['timestamptz', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00.000Z'],
    ['jsonb', '"a"', 'a'],
  ])('%s %j', (type, text, value) => {
    expect(parseKeyValue('key.k', text, type)).toBe(value);
  });

  it.each<[ColumnType, string]>([
    ['bigint', ''],
    ['bigint', '1.0'],
    ['bigint', '0x10'],
    ['bigint', '9223372036854775808'],
    ['bigint', ' 1'],
    ['double precision', 'NaN'],
    ['double precision', 'Infinity'],
    ['double precision', '1e999'],
    ['double precision', ''],
    ['boolean', 'TRUE'],
    ['boolean', '1'],
    ['timestamptz', '12:00'],
    ['jsonb', 'a'],
  ])('%s refuses %j', (type, text) => {
    expect(() => parseKeyValue('key.k', text, type)).toThrow(/^key\.k: /);
  });
});

it.each(['0', '1001', '-1', '1.5', '1e2', '', '٣', '99999999999999999999'])('limit refuses %j', (text) => {
  expect(() => parseLimit('limit', text)).toThrow('1 to 1000');
});
