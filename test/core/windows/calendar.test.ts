import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WindowSpec, windowsOf } from '../../../lib/core/window.ts';
import type { CalendarUnit } from '../../../lib/core/windows/calendar.ts';

const HOUR = 3_600_000;

function windowAt(unit: CalendarUnit, timeZone: string, time: string, offset?: number): [string, string, number] {
  const spec: WindowSpec = { kind: 'calendar', unit, timeZone, ...(offset === undefined ? {} : { offset }) };
  const [window] = windowsOf(spec, Date.parse(time));
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

  it('begin once, where clocks are put back over midnight', () => {
    // At 00:01 on 7 November 2010 it was 23:01 again in St. John’s, which was 02:31 in UTC.
    expect(windowAt('day', 'America/St_Johns', '2010-11-07T02:30:30Z')[0]).toBe('2010-11-07T02:30:00.000Z');
    expect(windowAt('day', 'America/St_Johns', '2010-11-07T03:00:00Z')).toEqual([
      '2010-11-07T02:30:00.000Z',
      '2010-11-08T03:30:00.000Z',
      25,
    ]);
  });

  it.each<[string, CalendarUnit, string, number, string, string, string, number]>([
    [
      'a business day from 06:00',
      'day',
      'Europe/Berlin',
      6 * HOUR,
      '2026-01-10T04:59:59Z',
      '2026-01-09T05:00:00.000Z',
      '2026-01-10T05:00:00.000Z',
      24,
    ],
    [
      'one of 23 hours: 06:00 comes earlier',
      'day',
      'Europe/Berlin',
      6 * HOUR,
      '2026-03-28T12:00:00Z',
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
      23,
    ],
    [
      'one of 25 hours',
      'day',
      'Europe/Berlin',
      6 * HOUR,
      '2026-10-24T12:00:00Z',
      '2026-10-24T04:00:00.000Z',
      '2026-10-25T05:00:00.000Z',
      25,
    ],
    // 02:30 comes twice on 25 October, at 00:30 and at 01:30 in UTC: the day begins with the first.
    [
      'a beginning that comes twice',
      'day',
      'Europe/Berlin',
      2.5 * HOUR,
      '2026-10-25T01:10:00Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
      25,
    ],
    // 02:30 does not come on 29 March: at 03:00, which is 01:00 in UTC, the day begins.
    [
      'a beginning that does not come',
      'day',
      'Europe/Berlin',
      2.5 * HOUR,
      '2026-03-29T00:59:59Z',
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      23.5,
    ],
    ['a week from Sunday', 'week', 'UTC', 144 * HOUR, '2026-01-01T00:00:00Z', '2025-12-28T00:00:00.000Z', '2026-01-04T00:00:00.000Z', 168],
    [
      'a month from its 15th',
      'month',
      'UTC',
      336 * HOUR,
      '2026-03-14T23:59:59Z',
      '2026-02-15T00:00:00.000Z',
      '2026-03-15T00:00:00.000Z',
      28 * 24,
    ],
  ])('with an offset: %s', (_, unit, zone, offset, time, start, end, hours) => {
    expect(windowAt(unit, zone, time, offset)).toEqual([start, end, hours]);
  });

  it('with an offset are what DuckDB says, by the clocks of a zone', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run("SET TimeZone = 'UTC'");
    const times = fc.sample(fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }), { numRuns: 200, seed: 5 });
    for (const [unit, timeZone, hours] of [
      ['day', 'Europe/Berlin', 6],
      ['day', 'America/New_York', 17],
      ['week', 'Australia/Lord_Howe', 6 * 24],
      ['week', 'Europe/Berlin', 30],
      ['month', 'Asia/Kathmandu', 14 * 24 + 9],
    ] as const) {
      const list = times.map((time) => `(${time})`).join();
      const first = `date_trunc('${unit}', make_timestamptz(t * 1000) AT TIME ZONE '${timeZone}' - INTERVAL ${hours} HOUR)`;
      const begin = (local: string) => `epoch_ms((${local} + INTERVAL ${hours} HOUR) AT TIME ZONE '${timeZone}')`;
      const sql = `SELECT ${begin(first)} AS s, ${begin(`(${first} + INTERVAL 1 ${unit})`)} AS e FROM (VALUES ${list}) v(t)`;
      const expected = (await connection.runAndReadAll(sql)).getRows().map(([start, end]) => ({ start: Number(start), end: Number(end) }));
      const spec: WindowSpec = { kind: 'calendar', unit, timeZone, offset: hours * HOUR };
      expect(times.flatMap((time) => windowsOf(spec, time))).toEqual(expected);
    }
    connection.closeSync();
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
        fc.integer({ min: 0, max: 23 * 60 }),
        (timeZone, unit, time, minutes) => {
          const spec: WindowSpec = { kind: 'calendar', unit, timeZone, ...(minutes > 0 && { offset: minutes * 60_000 }) };
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
