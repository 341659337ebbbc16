import { describe, expect, it } from 'vitest';
import { createStack, START } from '../stack.ts';
import { iso, json, STREAMS, type Stack, sale, shopOf, taken } from './sales.ts';

describe('keys', () => {
  const KEYS: readonly (readonly [string, string])[] = [
    ['of 3 KB', 'k'.repeat(3 * 1024)],
    ['of 900 KB', `k${'é'.repeat(450 * 1024)}`],
    ['that is empty', ''],
    ['of spaces', '  '],
    ['called __proto__', '__proto__'],
    ['called constructor', 'constructor'],
    ['with a NUL in front', '\u0000["a"]'],
    ['with a byte order mark in front', '\ufeff/a'],
    ['that looks like an encoded one', '["/a"]'],
    ['with separators of the store', '/a#%23~row'],
    ['outside the BMP', '🐈'.repeat(100)],
    ['in NFC', 'caf\u00e9'],
    ['in NFD', 'cafe\u0301'],
  ];

  it('of every kind are told apart, before and after they were stored, and found by REST', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    stack.clock.at = START + 30_000;
    await stack.aggregate(stack.records(...KEYS.map(([, key], i) => sale(key, 2 ** i))));
    await stack.aggregate(stack.records(...KEYS.map(([, key], i) => sale(key, 2 ** (i + 1)))));
    const check = async (final: boolean): Promise<void> => {
      // Another handler reads what the first one wrote.
      const other = createStack({ application: shopOf(STREAMS['columns alone']), store: stack.store, clock: stack.clock });
      for (const [i, [name, key]] of KEYS.entries()) {
        const { rows } = await json(other, '/v1/views/sales/rows', { 'key.page': key });
        expect(rows, name).toMatchObject([{ page: key, count: 2, sum: 3 * 2 ** i, newest: key, final }]);
      }
      expect(await allSales(other)).toHaveLength(KEYS.length);
    };
    await check(false);
    for (let minute = 1; minute < 5; minute++) {
      stack.clock.at = START + minute * 60_000;
      await stack.tick();
    }
    await check(true);
  });

  it('may be 100,000 in a window', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    stack.clock.at = START + 30_000;
    for (let from = 0; from < 100_000; from += 20_000) {
      const records = Array.from({ length: 10 }, (_, i) => {
        const first = from + i * 2000;
        return `[${Array.from({ length: 2000 }, (_, j) => sale(`/page/${first + j}`, first + j)).join()}]`;
      });
      expect(await stack.aggregate(stack.records(...records))).toEqual(taken);
    }
    stack.clock.at = START + 130_000;
    await stack.aggregate(stack.records(sale('/page/7', 1, 120)));
    await stack.tick();
    const { rows: windows } = await json(stack, '/v1/views/sales/windows');
    expect(windows).toMatchObject([
      { window_start: iso(0), keys: 100_000, final: true },
      { window_start: iso(120), keys: 1, final: false },
    ]);
    for (const n of [0, 1, 77_777, 99_999]) {
      const { rows } = await json(stack, '/v1/views/sales/rows', { 'key.page': `/page/${n}` });
      expect(rows).toMatchObject([{ count: 1, sum: n, final: true }]);
    }
    const top = await json(stack, '/v1/views/sales/rows', { window: 'latest_final', order_by: '-sum', limit: '3' });
    expect(top.rows.map(({ sum }) => sum)).toEqual([99_999, 99_998, 99_997]);
    const next = await json(stack, '/v1/views/sales/rows', {
      window: 'latest_final',
      order_by: '-sum',
      limit: '3',
      cursor: top.next as string,
    });
    expect(next.rows.map(({ sum }) => sum)).toEqual([99_996, 99_995, 99_994]);
  });
});

async function allSales(stack: Stack): Promise<{ page: unknown; sum: unknown }[]> {
  const { rows } = await json(stack, '/v1/views/sales/rows', { window: iso(0), limit: '1000' });
  return rows.map(({ page, sum }) => ({ page, sum }));
}
