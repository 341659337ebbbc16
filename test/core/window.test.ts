import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkWindow,
  firstWindowEnd,
  lastWindowEnd,
  nextWindowEnd,
  sliceStart,
  startsAround,
  type TimeWindowSpec,
  type Window,
  windowEndingAt,
  windowLengths,
  windowsOf,
} from '../../lib/core/window.ts';

const pairs = (windows: readonly Window[]): number[][] => windows.map(({ start, end }) => [start, end]);

describe('the windows an instant falls in', () => {
  const TENS: TimeWindowSpec = { kind: 'tumbling', size: 10, slide: 10, offset: 0 };
  const FROM_3: TimeWindowSpec = { kind: 'tumbling', size: 10, slide: 10, offset: 3 };
  const HOPS: TimeWindowSpec = { kind: 'hopping', size: 10, slide: 4, offset: 0 };
  const STEPS: TimeWindowSpec = { kind: 'cumulate', size: 9, slide: 3, offset: 1 };

  it.each<[string, TimeWindowSpec, number, number[][]]>([
    // 0         10        20
    // |----------|----------|
    ['a tumbling one, from its first instant', TENS, 10, [[10, 20]]],
    ['a tumbling one, to the last before its end', TENS, 9, [[0, 10]]],
    ['a tumbling one before the epoch', TENS, -1, [[-10, 0]]],
    ['a tumbling one with an offset', FROM_3, 2, [[-7, 3]]],
    // -8 -4  0  4  8 12 16
    //  |----------|
    //     |----------|
    //        |----------|
    [
      'hopping ones, earliest first',
      HOPS,
      1,
      [
        [-8, 2],
        [-4, 6],
        [0, 10],
      ],
    ],
    [
      'hopping ones: an end is not in it',
      HOPS,
      2,
      [
        [-4, 6],
        [0, 10],
      ],
    ],
    // 1  4  7  10 13
    // |--|
    // |-----|
    // |--------|--|
    [
      'cumulate ones: all that end after it',
      STEPS,
      5,
      [
        [1, 7],
        [1, 10],
      ],
    ],
    ['cumulate ones: the last step is in the whole alone', STEPS, 9, [[1, 10]]],
    [
      'cumulate ones begin anew',
      STEPS,
      10,
      [
        [10, 13],
        [10, 16],
        [10, 19],
      ],
    ],
    ['the one of all time', { kind: 'global' }, 5, [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]]],
  ])('%s', (_, spec, time, expected) => {
    expect(pairs(windowsOf(spec, time))).toEqual(expected);
  });

  const specs: fc.Arbitrary<TimeWindowSpec> = fc.oneof(
    fc
      .record({ slide: fc.integer({ min: 1, max: 9 }), more: fc.integer({ min: 0, max: 15 }), offset: fc.nat(8) })
      .map(({ slide, more, offset }): TimeWindowSpec => ({ kind: 'hopping', size: slide + more, slide, offset: offset % slide })),
    fc
      .record({ slide: fc.integer({ min: 1, max: 6 }), steps: fc.integer({ min: 1, max: 6 }), offset: fc.nat(40) })
      .map(
        ({ slide, steps, offset }): TimeWindowSpec => ({ kind: 'cumulate', slide, size: slide * steps, offset: offset % (slide * steps) }),
      ),
  );

  /** Every window there is around zero, written down without a thought. */
  function everyWindow(spec: TimeWindowSpec): Window[] {
    if (spec.kind !== 'hopping' && spec.kind !== 'cumulate') return [];
    const windows: Window[] = [];
    for (let i = -200; i <= 200; i++) {
      if (spec.kind === 'hopping') windows.push({ start: spec.offset + i * spec.slide, end: spec.offset + i * spec.slide + spec.size });
      else {
        const start = spec.offset + i * spec.size;
        for (let end = start + spec.slide; end <= start + spec.size; end += spec.slide) windows.push({ start, end });
      }
    }
    return windows.sort((a, b) => a.end - b.end);
  }

  it('are those that hold it, whatever the lengths; and slices, ends and starts agree with that', () => {
    fc.assert(
      fc.property(specs, fc.integer({ min: -100, max: 100 }), (spec, time) => {
        checkWindow(spec);
        const all = everyWindow(spec);
        const expected = all.filter(({ start, end }) => start <= time && time < end);
        expect(windowsOf(spec, time)).toEqual(expected);
        const slice = sliceStart(spec, time);
        expect(all.filter(({ start, end }) => start <= slice && slice < end)).toEqual(expected);
        expect([firstWindowEnd(spec, slice), lastWindowEnd(spec, slice)]).toEqual([
          expected[0]?.end ?? firstWindowEnd(spec, slice),
          expected.at(-1)?.end ?? lastWindowEnd(spec, slice),
        ]);
        for (const [i, { end }] of expected.slice(0, -1).entries()) expect(nextWindowEnd(spec, end)).toBe(expected[i + 1]?.end);
        for (const window of expected) expect(windowEndingAt(spec, window.end)).toEqual(window);
        expect(firstWindowEnd(spec, time)).toBe(all.find(({ end }) => end > time)?.end);
        const starts = all.map(({ start }) => start);
        const { before, after } = startsAround(spec, time);
        expect(before).toBe(Math.max(...starts.filter((start) => start <= time)));
        expect(after).toBe(Math.min(...starts.filter((start) => start > time)));
        const lengths = all.map(({ start, end }) => end - start);
        expect(windowLengths(spec)).toEqual({ shortest: Math.min(...lengths), longest: Math.max(...lengths) });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a window is refused', () => {
  it.each<[string, TimeWindowSpec, RegExp]>([
    ['without a size', { kind: 'tumbling', size: 0, slide: 0, offset: 0 }, /size above zero/],
    ['with gaps', { kind: 'hopping', size: 5, slide: 6, offset: 0 }, /slide .* must not exceed its size/],
    ['with a step that does not divide the size', { kind: 'cumulate', size: 10, slide: 3, offset: 0 }, /multiple of its step/],
    [
      'with an offset of a whole period',
      { kind: 'cumulate', size: 10, slide: 5, offset: 10 },
      /offset must be from 0 up to, not including, 10 ms/,
    ],
    ['of too many slices', { kind: 'hopping', size: 86_400_001, slide: 1000, offset: 0 }, /over 10,000 a window/],
    [
      'that begins a day later',
      { kind: 'calendar', unit: 'day', timeZone: 'UTC', offset: 86_400_000 },
      /up to, not including, 86400000 ms for a day/,
    ],
    ['of a year with an offset', { kind: 'calendar', unit: 'year', timeZone: 'UTC', offset: 1 }, /a year has no offset/],
    ['of a zone that is none', { kind: 'calendar', unit: 'day', timeZone: 'Mars/Olympus' }, /there is no time zone "Mars\/Olympus"/],
  ])('%s', (_, spec, reason) => {
    expect(() => checkWindow(spec)).toThrow(reason);
  });
});
