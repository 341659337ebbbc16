import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WindowSpec, windowsOf } from '../../../lib/core/window.ts';
import type { CalendarUnit } from '../../../lib/core/windows/calendar.ts';

function windowAt(unit: CalendarUnit, timeZone: string, time: string): [string, string, number] {
  const [window] = windowsOf({ kind: 'calendar', unit, timeZone }, Date.parse(time));
  const { start, end } = window as { start: number; end: number };
  return [new Date(start).toISOString(), new Date(end).toISOString(), (end - start) / 3_600_000];
}

describe('calendar windows', () => {
  it.each<[string, CalendarUnit, string, string, string, string, number]>([
    // Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October.
    ['a day of 23 hours', 'day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', 23],
    ['a day of 25 hours', 'day', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', 25],
    [
      'the hour that comes twice is in one day',
      'day',
      'Europe/Berlin',
      '2026-10-25T22:59:59.999Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      25,
    ],
    [
      'the instant a day ends is in the next',
      'day',
      'Europe/Berlin',
      '2026-10-25T23:00:00Z',
      '2026-10-25T23:00:00.000Z',
      '2026-10-26T23:00:00.000Z',
      24,
    ],
    [
      'a day of 23 hours across the Atlantic',
      'day',
      'America/New_York',
      '2026-03-08T12:00:00Z',
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
      23,
    ],
    [
      'clocks that move by half an hour',
      'day',
      'Australia/Lord_Howe',
      '2026-04-04T20:00:00Z',
      '2026-04-04T13:00:00.000Z',
      '2026-04-05T13:30:00.000Z',
      24.5,
    ],
    // Brazil's clocks went from 00:00 to 01:00: that day had no midnight.
    [
      'a day without midnight',
      'day',
      'America/Sao_Paulo',
      '2018-11-04T12:00:00Z',
      '2018-11-04T03:00:00.000Z',
      '2018-11-05T02:00:00.000Z',
      23,
    ],
    // Samoa went across the date line: 30 December 2011 was left out there.
    [
      'the day before one that was left out',
      'day',
      'Pacific/Apia',
      '2011-12-30T09:00:00Z',
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      24,
    ],
    [
      'the day after one that was left out',
      'day',
      'Pacific/Apia',
      '2011-12-30T10:00:00Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
      24,
    ],
    ['a week, from Monday on', 'week', 'UTC', '2026-01-01T00:00:00Z', '2025-12-29T00:00:00.000Z', '2026-01-05T00:00:00.000Z', 168],
    [
      'a week in which clocks change',
      'week',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      '2026-03-22T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      167,
    ],
    ['February of a leap year', 'month', 'UTC', '2024-02-29T23:59:59Z', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z', 29 * 24],
    [
      'a month in which clocks change',
      'month',
      'Europe/Berlin',
      '2026-03-31T21:59:59Z',
      '2026-02-28T23:00:00.000Z',
      '2026-03-31T22:00:00.000Z',
      31 * 24 - 1,
    ],
    [
      'December ends with the year',
      'month',
      'Asia/Tokyo',
      '2025-12-31T14:59:59Z',
      '2025-11-30T15:00:00.000Z',
      '2025-12-31T15:00:00.000Z',
      31 * 24,
    ],
    ['a quarter', 'quarter', 'UTC', '2026-06-30T23:00:00Z', '2026-04-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z', 91 * 24],
    ['a year', 'year', 'America/New_York', '2026-07-01T00:00:00Z', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z', 365 * 24],
    ['before the epoch', 'month', 'UTC', '1969-12-31T23:59:59Z', '1969-12-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z', 31 * 24],
    ['in the year 44', 'year', 'UTC', '0044-03-15T12:00:00Z', '0044-01-01T00:00:00.000Z', '0045-01-01T00:00:00.000Z', 366 * 24],
  ])('%s', (_, unit, zone, time, start, end, hours) => {
    expect(windowAt(unit, zone, time)).toEqual([start, end, hours]);
  });

  it('in UTC are what DuckDB’s date_trunc says', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const times = fc.sample(fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2300, 0, 1) }), { numRuns: 300, seed: 4 });
    for (const unit of ['day', 'week', 'month', 'quarter', 'year'] as const) {
      const list = times.map((time) => `(${time})`).join();
      const sql = `SELECT epoch_ms(date_trunc('${unit}', epoch_ms(t))::TIMESTAMP) AS s, epoch_ms((date_trunc('${unit}', epoch_ms(t)) + INTERVAL 1 ${unit})::TIMESTAMP) AS e FROM (VALUES ${list}) v(t)`;
      const expected = (await connection.runAndReadAll(sql)).getRows().map(([start, end]) => ({ start: Number(start), end: Number(end) }));
      const spec: WindowSpec = { kind: 'calendar', unit, timeZone: 'UTC' };
      expect(times.flatMap((time) => windowsOf(spec, time))).toEqual(expected);
    }
    connection.closeSync();
  });

  it('follow each other without gap or overlap, in any zone', () => {
    const zones = [
      'Europe/Berlin',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'America/Havana',
      'Africa/Cairo',
      'Antarctica/Troll',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom<CalendarUnit>('day', 'week', 'month'),
        fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2040, 0, 1) }),
        (timeZone, unit, time) => {
          const spec: WindowSpec = { kind: 'calendar', unit, timeZone };
          const [window] = windowsOf(spec, time);
          const { start, end } = window as { start: number; end: number };
          expect(start <= time && time < end).toBe(true);
          expect(windowsOf(spec, start)).toEqual([window]);
          expect(windowsOf(spec, end)[0]?.start).toBe(end);
          expect(windowsOf(spec, start - 1)[0]?.end).toBe(start);
        },
      ),
      { numRuns: 150 },
    );
  });
});
