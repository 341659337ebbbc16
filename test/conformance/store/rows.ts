import { describe, expect, it } from 'vitest';
import type { Given } from './given.ts';
import { DAY, KB, T0 } from './samples.ts';

/** Where the readable rows of the minute from T0 on are. */
const SORT = '2026-03-01T12:00:00.000Z/2026-03-01T12:01:00.000Z';

const LONG_X = '91770e9545271c9ccfb3bdd2ff182292b9be6a897331c97c976f71e9c425e578';

/** Final results as items that others read. */
export function describeRows(given: Given): void {
  const { newView } = given;
  describe('readable rows', () => {
    it('writes readable rows with native attributes', async () => {
      const view = newView();
      const values = {
        page: '/a',
        window_start: '2026-03-01T12:00:00.000Z',
        views: 3,
        avg: 0.1,
        ok: true,
        none: null,
        top: ['x', { n: 1 }],
        ttl: 5,
      };
      const row = { key: '/a', start: T0, end: T0 + 60_000, values, expiresAt: T0 + DAY };
      await given.store.results.putRows(view, [row]);
      await given.store.results.putRows(view, [row]);
      const pk = `${view.application}#page_views#row#/a`;
      const expected = { pk, sk: SORT, ...values, ttl: (T0 + DAY) / 1000, ttl_: 5 };
      expect(await given.under.row(pk, SORT)).toEqual(expected);
    });

    it('writes rows of several key parts under their JSON', async () => {
      const view = newView();
      await given.store.results.putRows(view, [{ key: '\0["/a",1]', start: T0, end: T0 + 60_000, values: { views: 1 }, expiresAt: T0 }]);
      expect(await given.under.row(`${view.application}#page_views#row=["/a",1]`, SORT)).toMatchObject({ views: 1 });
    });

    it('takes any key, and keeps different ones apart', async () => {
      const view = newView();
      const keys = [
        '',
        'é',
        'e\u0301',
        '😀',
        '\ud800',
        '\ud801',
        '\u0000',
        '\u0001\n\r\t',
        '__proto__',
        'constructor',
        '#',
        '%23',
        'a#b',
        ...['x', 'y'].map((end) => 'k'.repeat(3 * KB) + end),
      ];
      await given.store.results.putRows(
        view,
        keys.map((key, i) => ({ key, start: T0, end: T0 + 60_000, values: { i, key }, expiresAt: T0 })),
      );
      // The SHA-256 of 3,072 k and an x in UTF-16LE, from Python's hashlib.
      const x = await given.under.row(`${view.application}#page_views#row~${LONG_X}`, SORT);
      expect(x?.i).toBe(keys.length - 2);
      const emoji = await given.under.row(`${view.application}#page_views#row#😀`, SORT);
      expect(emoji).toMatchObject({ i: 3, key: '😀' });
    });

    it('writes more rows than a request holds', async () => {
      const view = newView();
      const rows = Array.from({ length: 260 }, (_, i) => ({ key: `k${i}`, start: T0, end: T0 + 60_000, values: { i }, expiresAt: T0 }));
      await given.store.results.putRows(view, rows);
      for (const i of [0, 24, 25, 99, 100, 259]) {
        expect((await given.under.row(`${view.application}#page_views#row#k${i}`, SORT))?.i).toBe(i);
      }
    });

    it('is not stopped by values DynamoDB cannot hold', async () => {
      const view = newView();
      let deep: unknown = 'bottom';
      for (let i = 0; i < 40; i++) deep = [deep];
      const odd = JSON.parse('{"": 1, "__proto__": 2}') as unknown;
      const values = {
        huge: 1e300,
        tiny: 1e-200,
        nan: Number.NaN,
        zero: -0,
        lone: 'a\ud800',
        deep,
        odd,
        large: 'x'.repeat(500 * KB),
        big: 2n ** 70n,
      };
      await given.store.results.putRows(view, [{ key: 'k', start: T0, end: T0 + 60_000, values, expiresAt: T0 }]);
      const row = await given.under.row(`${view.application}#page_views#row#k`, SORT);
      expect(row).toMatchObject({ huge: '1e+300', tiny: '1e-200', nan: 'NaN', zero: 0, lone: 'a\ufffd', big: '1180591620717411303424' });
      expect(row).toMatchObject({ odd: '{"":1,"__proto__":2}', left_out: ['large'] });
    });
  });
}
