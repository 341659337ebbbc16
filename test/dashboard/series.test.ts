import { describe, expect, it } from 'vitest';
import { baseUrl } from '../../lib/dashboard/browser/base-url.ts';
import { FinalRows } from '../../lib/dashboard/browser/final-rows.ts';
import { formatClock, formatKey, formatLength, formatTime, formatValue, formatWindow } from '../../lib/dashboard/browser/format.ts';
import { completeSelection, formatSelection, isLocal, parseSelection } from '../../lib/dashboard/browser/selection.ts';
import { NO_SERIES, type Row, seriesOf, spanOf, splitAtOpen } from '../../lib/dashboard/browser/series.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
const window = (minute: number, final: boolean) => ({ start: at(minute), end: at(minute + 1), final, keys: 1 });
const row = (minute: number, final: boolean, n: unknown): Row => ({ window_start: at(minute), window_end: at(minute + 1), final, n });

describe('series', () => {
  //  minute     0      1      2      3
  //  a          5      –      7      8      2 and 3 are open
  //  b          –      1      –      2
  it('line up keys by window, with gaps, and say from where on windows are open', () => {
    const windows = [window(3, false), window(2, false), window(1, true), window(0, true)];
    const keys = [
      { key: ['a'], rows: [row(0, true, 5), row(2, false, 7), row(3, false, 8)] },
      { key: ['b'], rows: [row(1, true, '1'), row(3, false, 2)] },
    ];
    const series = seriesOf(windows, keys, 'n');
    expect(series.times.map((time) => time - (series.times[0] as number))).toEqual([0, 60, 120, 180]);
    expect(series.values).toEqual([
      [5, null, 7, 8],
      [null, 1, null, 2],
    ]);
    expect(series.open).toBe(2);
    expect(series.end - (series.times[0] as number)).toBe(240);
  });

  //  start 0: ends 1, 2, 3, as cumulate windows have them
  it('go by the ends of windows that begin together', () => {
    const ends = [1, 2, 3];
    const windows = ends.map((end) => ({ start: at(0), end: at(end), final: end < 3 }));
    const rows = ends.map((end) => ({ ...row(0, end < 3, end * 10), window_end: at(end) }));
    const series = seriesOf(windows, [{ key: [], rows }], 'n');
    expect(series.times).toEqual(ends.map((end) => Date.parse(at(end)) / 1000));
    expect(series).toMatchObject({ values: [[10, 20, 30]], open: 2 });
  });

  it('know of a window that opened after the windows were listed', () => {
    const series = seriesOf([window(0, true)], [{ key: [], rows: [row(0, true, 1), row(1, false, 2)] }], 'n');
    expect(series).toMatchObject({ values: [[1, 2]], open: 1 });
  });

  it('are cut where windows are open, and meet there', () => {
    expect(splitAtOpen([1, 2, 3, 4], 2)).toEqual({ final: [1, 2, null, null], open: [null, 2, 3, 4] });
    expect(splitAtOpen([1, 2], 2)).toEqual({ final: [1, 2], open: [null, 2] });
    expect(splitAtOpen([1, 2], 0)).toEqual({ final: [null, null], open: [1, 2] });
  });
});

describe('the time a chart spans', () => {
  it('ends where the newest window does, also when that is the only one', () => {
    const start = Date.parse(at(0)) / 1000;
    expect(spanOf(seriesOf([window(0, false)], [{ key: [], rows: [row(0, false, 1)] }], 'n'))).toEqual([start, start + 60]);
    expect(spanOf(seriesOf([window(0, true), window(1, false)], [], 'n'))).toEqual([start, start + 120]);
  });

  it('is never nothing', () => {
    const [from, to] = spanOf(NO_SERIES);
    expect(to).toBeGreaterThan(from);
  });
});

describe('final rows', () => {
  it('are not asked for again, and open ones are', () => {
    const known = new FinalRows();
    expect(known.of('v', ['a'], at(0))).toEqual({ rows: [], next: at(0) });
    const rows = [row(0, true, 1), row(1, true, 2), row(2, false, 3)];
    known.keep('v', ['a'], at(0), rows, [window(2, false), window(1, true), window(0, true)]);
    expect(known.of('v', ['a'], at(0))).toEqual({ rows: rows.slice(0, 2), next: at(2) });
    expect(known.of('v', ['a'], at(1))).toEqual({ rows: rows.slice(1, 2), next: at(2) });
    expect(known.of('v', ['b'], at(0)).rows).toEqual([]);
    // Windows before the first one known, or behind the last: all of them are asked for.
    expect(known.of('v', ['a'], at(-1))).toEqual({ rows: [], next: at(-1) });
    expect(known.of('v', ['a'], at(3))).toEqual({ rows: [], next: at(3) });
  });
});

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

describe('a selection', () => {
  const views = [
    {
      name: 'v',
      aggregates: [
        { name: 'who', type: 'text' },
        { name: 'n', type: 'bigint' },
      ],
    },
    { name: 'w', aggregates: [] },
  ];

  it('comes back from the address', () => {
    const selection = { view: 'a&b', column: 'x y', windows: 120, keys: 3, every: 10 };
    expect(parseSelection(formatSelection(selection))).toEqual(selection);
  });

  it('that names what there is not falls back to what there is', () => {
    expect(completeSelection(parseSelection('#view=none&column=who&windows=7&keys=x&every=1'), views, true)).toEqual({
      view: 'v',
      column: 'n',
      windows: 60,
      keys: 5,
      every: 2,
    });
    expect(completeSelection({ view: 'w' }, views, true)).toMatchObject({ view: 'w', column: '' });
    expect(completeSelection({}, [], true)).toBeUndefined();
  });

  it('asks less often where questions cost, unless told', () => {
    expect(['127.0.0.1', 'localhost', '[::1]', 'x1.execute-api.eu-west-1.amazonaws.com'].map(isLocal)).toEqual([true, true, true, false]);
    expect(completeSelection({}, views, false)).toMatchObject({ every: 10 });
    expect(completeSelection({ every: 2 }, views, false)).toMatchObject({ every: 2 });
  });
});

describe('the API', () => {
  it.each([
    ['http://127.0.0.1:8080/#view=v', 'http://127.0.0.1:8080'],
    ['https://x1.example/live/?a=b#view=v', 'https://x1.example/live'],
    ['https://x1.example/live', 'https://x1.example/live'],
  ])('of the page at %s is at %s', (page, url) => {
    expect(baseUrl(page)).toBe(url);
  });
});
