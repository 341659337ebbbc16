import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, toInstant } from '../../lib/core/instant.ts';

const DAY = 86_400_000;

describe('toInstant', () => {
  it('agrees with Date.parse on every day of the years 0 to 9999, in both common forms', () => {
    const first = Date.parse('0000-01-01T00:00:00Z');
    const last = Date.parse('9999-12-31T00:00:00Z');
    let differing = 0;
    for (let day = first; day <= last; day += DAY) {
      const text = new Date(day + 45_296_789).toISOString();
      if (toInstant(text) !== day + 45_296_789) differing++;
      if (toInstant(`${text.slice(0, 19)}Z`) !== day + 45_296_000) differing++;
    }
    expect(differing).toBe(0);
  });

  it('agrees with Date.parse on texts that are nearly times, but for days on no calendar', () => {
    const field = fc
      .oneof(fc.integer({ min: 0, max: 99 }), fc.constantFrom(0, 1, 12, 23, 24, 28, 29, 30, 31, 59, 60))
      .map((n) => `${n}`.padStart(2, '0'));
    const ms = fc.integer({ min: 0, max: 999 }).map((n) => `.${`${n}`.padStart(3, '0')}`);
    const year = fc.integer({ min: 0, max: 9999 }).map((n) => `${n}`.padStart(4, '0'));
    fc.assert(
      fc.property(year, field, field, field, field, field, fc.option(ms, { nil: '' }), (y, mo, d, h, mi, s, fraction) => {
        const text = `${y}-${mo}-${d}T${h}:${mi}:${s}${fraction}Z`;
        const expected = Date.parse(text);
        const day = Date.parse(`${y}-${mo}-${d}`);
        // Date.parse takes the 30th of February for a day in March.
        const onCalendar = !Number.isNaN(day) && new Date(day).toISOString().startsWith(`${y}-${mo}-${d}`);
        expect(toInstant(text)).toBe(Number.isNaN(expected) || !onCalendar ? undefined : expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('is not led astray by one wrong character', () => {
    const good = '2026-03-04T05:06:07.089Z';
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const text = good.slice(0, at) + character + good.slice(at + 1);
        const found = toInstant(text);
        if (found !== undefined) expect(found).toBe(Date.parse(text.replace(',', '.').replace(' ', 'T')));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2000-02-29T12:00:00Z', 951_825_600_000],
    ['2026-01-01T00:00:00.5Z', 1_767_225_600_500],
    ['2026-01-01T01:00:00+01:00', 1_767_225_600_000],
    ['2026-01-01T00:00:00', 1_767_225_600_000],
    ['2026-01-01 00:00', 1_767_225_600_000],
    ['2026-01-01', 1_767_225_600_000],
    [1_767_225_600_000.9, 1_767_225_600_000],
    [new Date(7), 7],
    ['2024-02-29T00:00:00+00:00', 1_709_164_800_000],
    ['2026-02-29T00:00:00Z', undefined],
    ['1900-02-29', undefined],
    ['2026-04-31T12:00:00+02:00', undefined],
    ['now', undefined],
    ['', undefined],
    ['2026', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-01-01T00:00:60Z', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [new Date(Number.NaN), undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [{}, undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(toInstant(value)).toBe(expected);
  });
});

describe('formatInstant', () => {
  it('is read back by toInstant', () => {
    const instants = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(instants, (ms) => {
        expect(toInstant(formatInstant(ms))).toBe(ms);
      }),
    );
  });
});
