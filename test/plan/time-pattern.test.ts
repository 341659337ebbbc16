import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timePattern } from '../../lib/plan/time-pattern.ts';
import { PostgreSql } from '../support/postgresql.ts';

describe('timePattern', () => {
  let postgresql: PostgreSql;
  beforeAll(async () => {
    postgresql = await PostgreSql.start('n int', [['1']]);
  });
  afterAll(() => postgresql.stop());

  it('reads what PostgreSQL writes by the pattern, as PostgreSQL reads it', async () => {
    const patterns = [
      'YYYY-MM-DD HH24:MI:SS.MS',
      'DD/Mon/YYYY:HH24:MI:SS',
      'FMMonth DD, YYYY HH12:MI:SS AM',
      'YYYYMMDDHH24MISS',
      'Dy, DD Mon YYYY HH24:MI',
      'YYYY-DDD',
      'YY/MM/DD',
      'YYYY-MM-DD"T"HH24:MI:SS.US',
    ];
    const times = fc.sample(fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2069, 0) }), 60);
    for (const pattern of patterns) {
      const list = times.map((ms) => `(${ms}::bigint)`).join(', ');
      // Written by a pattern whose months are not padded, read by ours.
      const [answer] = await postgresql.evaluate(
        `(SELECT json_agg(json_build_array(w, floor(extract(epoch FROM to_timestamp(w, '${pattern}')) * 1000))) FROM (SELECT to_char(to_timestamp(ms / 1000.0), '${pattern}') AS w FROM (VALUES ${list}) AS t(ms)) AS written)`,
      );
      const expected = JSON.parse((answer as { text: string }).text) as [string, number][];
      const read = timePattern(pattern.replace('FM', ''));
      expect(expected.map(([text]) => [text, read(text)])).toEqual(expected);
    }
  });

  it.each([
    // https://httpd.apache.org/docs/2.4/logs.html#common
    ['DD/Mon/YYYY:HH24:MI:SS TZHTZM', '10/Oct/2000:13:55:36 -0700', Date.UTC(2000, 9, 10, 20, 55, 36)],
    ['YYYY-MM-DD HH24:MI:SSOF', '2026-01-01 01:00:00+01', Date.UTC(2026, 0, 1)],
    ['YYYY-MM-DD HH24:MI:SSOF', '2026-01-01 01:00:00Z', Date.UTC(2026, 0, 1, 1)],
    ['HH12:MI PM DD.MM.YYYY', '12:05 am 01.01.2026', Date.UTC(2026, 0, 1, 0, 5)],
    ['YYYY-MM-DD HH24:MI:SS', '2026-02-30 00:00:00', undefined],
    ['YYYY-MM-DD HH24:MI:SS', '2026-01-01 25:00:00', undefined],
    ['YYYY-MM-DD HH24:MI:SS', '2026-01-01', undefined],
    ['YYYY-DDD', '2026-366', undefined],
    ['YYYY-MM-DD', '2026-01-01 ', Date.UTC(2026, 0, 1)],
  ])('reads by %s the text %s', (pattern, text, expected) => {
    expect(timePattern(pattern)(text)).toBe(expected);
  });

  it.each(['YYYY-MM', 'HH24:MI', '', 'YYYY-MM-DDTHH24', 'YYYY-MM-DD XX'])('refuses %j', (pattern) => {
    expect(() => timePattern(pattern)).toThrow(RangeError);
  });
});
