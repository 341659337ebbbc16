import { describe, expect, it } from 'vitest';
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
