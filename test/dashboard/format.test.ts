import { describe, expect, it } from 'vitest';
import { formatClock, formatKey, formatLength, formatTime, formatValue, formatWindow } from '../../lib/dashboard/browser/format.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();

describe('texts', () => {
  it.each<[unknown, string]>([
    [null, '–'],
    [1234567.891, '1,234,567.89'],
    [0.00123456, '0.00123'],
    [0, '0'],
    ['', '(empty)'],
    [[{ value: 'a' }], '[{"value":"a"}]'],
    [true, 'true'],
  ])('of the value %j: %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it.each<[unknown, Parameters<typeof formatValue>[1], string]>([
    ['9007199254740993', 'bigint', '9,007,199,254,740,993'],
    ['-9007199254740993', 'bigint', '-9,007,199,254,740,993'],
    ['9007199254740993', 'text', '9007199254740993'],
    ['2026-01-01T10:05:00.000Z', 'timestamptz', '2026-01-01 10:05'],
    ['2026-01-01T10:05:00.000Z', 'text', '2026-01-01T10:05:00.000Z'],
    [null, 'bigint', '–'],
  ])('of the value %j in a column of type %s: %s', (value, type, text) => {
    expect(formatValue(value, type)).toBe(text);
  });

  it('of times of about now leave out today', () => {
    expect(formatClock('2026-01-01T10:05:07.891Z', at(9))).toBe('10:05:07');
    expect(formatClock('2025-12-31T23:59:59.999Z', at(9))).toBe('2025-12-31 23:59:59');
  });

  it('of keys, times, windows and lengths are short', () => {
    expect([formatKey([]), formatKey(['a', null, 3])]).toEqual(['all', 'a · NULL · 3']);
    expect([formatTime(at(5)), formatTime('2026-01-01T10:00:07.000Z')]).toEqual(['2026-01-01 10:05', '2026-01-01 10:00:07']);
    expect(formatWindow(at(0), at(1))).toBe('2026-01-01 10:00 – 10:01');
    expect(formatWindow('2026-01-01T23:00:00.000Z', '2026-01-02T00:00:00.000Z')).toBe('2026-01-01 23:00 – 2026-01-02 00:00');
    expect([0, 999, 61_000, 3_600_000, 90_061_000].map(formatLength)).toEqual(['0 ms', '999 ms', '1 min 1 s', '1 h', '1 d 1 h']);
  });
});
