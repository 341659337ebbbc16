import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseInstant } from '../../lib/api/time.ts';
import { formatInstant, toInstant } from '../../lib/core/instant.ts';
import { parseTimestamp } from '../../lib/sql/expression/values/timestamp.ts';
import { PostgreSql } from '../support/postgresql.ts';

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
    ['2026-01-01T00:00:61Z', undefined],
    // Of years below 100, commas (as Python's logging writes them) and short offsets.
    ['0050-05-01', -60_578_928_000_000],
    ['0050-05-01T00:00:00+00', -60_578_928_000_000],
    ['2026-01-01T00:00:00,251', 1_767_225_600_251],
    ['2026-01-01 01:00:00.251+01', 1_767_225_600_251],
    ['2026-01-01T10:00:00 Europe/Berlin', undefined],
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

/** What a function gives, or `undefined` when it throws. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

describe('a time as text', () => {
  let postgresql: PostgreSql;
  beforeAll(async () => {
    postgresql = await PostgreSql.start('n int', [['1']]);
  });
  afterAll(() => postgresql.stop());

  const digits = (least: number, most: number, width = 2) => fc.integer({ min: least, max: most }).map((n) => `${n}`.padStart(width, '0'));
  const year = fc.oneof(digits(1, 9998, 4), digits(1, 99, 4), digits(10_000, 20_000, 5));
  const edge = (...values: string[]) => fc.constantFrom(...values);
  const date = fc
    .tuple(year, fc.oneof(digits(1, 12), edge('00', '13', '2')), fc.oneof(digits(1, 31), edge('00', '32', '5')))
    .map((parts) => parts.join('-'));
  const fraction = fc.oneof(
    edge('', '.', '.000', '.9999995', '.9999994'),
    fc.integer({ min: 0, max: 999_999_999 }).map((n) => `.${n}`),
  );
  const seconds = fc.option(
    fc.tuple(fc.oneof(digits(0, 59), edge('60', '61')), fraction).map(([s, f]) => `:${s}${f}`),
    { nil: '' },
  );
  const clock = fc
    .tuple(edge('T', ' ', 't', '  ', 'T '), fc.oneof(digits(0, 23), edge('24', '25', '7')), fc.oneof(digits(0, 59), edge('60')), seconds)
    .map(([between, hour, minute, rest]) => `${between}${hour}:${minute}${rest}`);
  const zone = fc.oneof(
    edge('', '', 'Z', 'z', ' Z', '+01', '-08', '+0530', '-03:30', '+5', '+15:59:59', '+16', '+01:60', ' +02', '-00:00'),
    fc.tuple(edge('+', '-'), digits(0, 17), digits(0, 61)).map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
  );
  const texts = fc.tuple(date, fc.option(clock, { nil: '' }), zone).map((parts) => parts.join(''));

  it('is what PostgreSQL reads, in event times, casts and parameters alike', async () => {
    const drawn = fc.sample(texts, 4000);
    const list = drawn.map((text) => `'${text}'`).join(', ');
    const [answer] = await postgresql.evaluate(
      `(SELECT json_agg(CASE WHEN pg_input_is_valid(t, 'timestamptz') THEN floor(extract(epoch FROM t::timestamptz) * 1000) END ORDER BY i)
          FROM unnest(ARRAY[${list}]) WITH ORDINALITY AS texts(t, i))`,
    );
    const theirs = JSON.parse((answer as { text: string }).text) as (number | null)[];
    const last = Date.parse('9999-12-31T23:59:59.999Z');
    const first = Date.parse('0001-01-01T00:00:00Z');
    const expected = drawn.map((text, i) => [text, theirs[i] ?? undefined] as const);
    expect(drawn.map((text) => [text, toInstant(text)])).toEqual(expected);
    const within = expected.map(([text, time]) => [text, time !== undefined && time >= first && time <= last ? time : undefined]);
    expect(drawn.map((text) => [text, attempt(() => parseTimestamp(text, true))])).toEqual(within);
    expect(
      drawn
        .map((text) => [text, attempt(() => parseInstant('from', text))])
        .filter((_, i) => theirs[i] !== null && (theirs[i] as number) >= first),
    ).toEqual(within.filter((_, i) => theirs[i] !== null && (theirs[i] as number) >= first));
  });

  it('may have a comma before its fraction, which PostgreSQL refuses and ISO 8601 allows', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const comma = text.replace('.', ',');
        expect(toInstant(comma)).toBe(toInstant(text));
        expect(attempt(() => parseTimestamp(comma, true))).toBe(attempt(() => parseTimestamp(text, true)));
        expect(attempt(() => parseInstant('from', comma))).toBe(attempt(() => parseInstant('from', text)));
      }),
    );
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
