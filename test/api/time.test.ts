import { describe, expect, it } from 'vitest';
import { parseBound, parseInstant, parseLength } from '../../lib/api/time.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

describe('bounds of a range', () => {
  it.each([
    ['now', 0],
    ['-1 hour', -60 * MINUTE],
    ['-1 hour 30 minutes', -90 * MINUTE],
    ['-1 hour -30 minutes', -90 * MINUTE],
    ['-1 hour +30 minutes', -30 * MINUTE],
    ['-1 hour +30 minutes 30 seconds', -29.5 * MINUTE],
    ['1 hour ago', -60 * MINUTE],
    ['1 hour 30 minutes ago', -90 * MINUTE],
    ['1 day', 1440 * MINUTE],
    ['+1 day', 1440 * MINUTE],
    ['-1.5 hours', -90 * MINUTE],
    ['  -2 weeks ', -20160 * MINUTE],
    ['- 1 hour', -60 * MINUTE],
  ])('%s', (text, distance) => {
    expect(parseBound('from', text, NOW) - NOW).toBe(distance);
  });

  it.each([
    ['2026-02-28', '2026-02-28T00:00:00.000Z'],
    ['2026-02-28T10:00', '2026-02-28T10:00:00.000Z'],
    ['2026-02-28T10:00:00.5Z', '2026-02-28T10:00:00.500Z'],
    ['2026-02-28T10:00:00+02:00', '2026-02-28T08:00:00.000Z'],
    ['-9999999 weeks', '0000-01-01T00:00:00.000Z'],
    ['9999999 weeks', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseBound('from', text, NOW)).toISOString()).toBe(iso);
  });

  it.each([
    '',
    ' ',
    'yesterday',
    '-1',
    '1767225600000',
    '-1 month',
    '1 hour 1',
    'hour',
    '--1 hour',
    '-',
    '2026-13-01',
    '-1 hour x',
    'ago',
    '+275760-09-13',
  ])('refuses %j and names the parameter', (text) => {
    expect(() => parseBound('from', text, NOW)).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ status: 400, parameter: 'from' }) }),
    );
  });

  it('tells of a plus sign that became a space', () => {
    expect(() => parseInstant('from', '2026-02-28T10:00:00 02:00')).toThrow('%2B');
  });
});

describe('lengths', () => {
  it('reads', () => expect(parseLength('every', '1 hour 30 minutes')).toBe(90 * MINUTE));
  it.each(['', '0 seconds', '-1 hour', '90', 'an hour'])('refuses %j', (text) => {
    expect(() => parseLength('every', text)).toThrow(/^every: /);
  });
});
