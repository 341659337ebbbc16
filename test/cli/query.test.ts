import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken } from '../support/till.ts';
import { millrace } from './terminal.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startTill();
  const sale = (shop: string, price: number, second: number) => ({ shop, price, at: at(second) });
  await put(stack, sale('a', 1, 0), sale('a', 2, 59), sale('b', 9, 30), sale('\u001b[31mred', 1, 1), sale('a', 4, 100));
  await taken(stack, 5);
});
afterAll(() => stack.stop());

const query = (...args: string[]) => millrace(['query', ...args, '--url', stack.urls.api]);
const rows = (out: string): unknown[] =>
  out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

describe('millrace query', () => {
  it('prints all windows of a key, as JSON lines or as a table', async () => {
    const { code, out, err } = await query('per_shop', '--key', 'shop=a', '--json');
    expect(rows(out)).toMatchObject([
      { shop: 'a', window_start: at(0), window_end: at(60), sold: 2, total: 3 },
      { shop: 'a', window_start: at(60), window_end: at(120), sold: 1, total: 4 },
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [names, first] = (await query('per_shop', '--key', 'shop=a', '--limit', '1')).out.split('\n');
    expect(names?.split(/ +/)).toEqual(['shop', 'window_start', 'window_end', 'sold', 'total', 'final']);
    expect(first?.split(/ +/).slice(0, 5)).toEqual(['a', at(0), at(60), '2', '3']);
  });

  it.each([
    [['--from', at(60)], [4]],
    [['--to', at(60)], [3]],
    [
      ['--from', '-1 hour', '--order', 'desc'],
      [4, 3],
    ],
    [['--from=-1 hour', '--to', '-30 minutes'], []],
    [['--every', '1 hour', '--from', '-3 hours'], undefined],
  ])('chooses windows by %j', async (options, totals) => {
    const found = rows((await query('per_shop', '--key', 'shop=a', ...options, '--json')).out) as { total: number }[];
    // Rolled up they may lie in two hours.
    if (totals) expect(found.map(({ total }) => total)).toEqual(totals);
    else expect(found.reduce((sum, { total }) => sum + total, 0)).toBe(7);
  });

  it('prints all keys of a window, sorted and limited', async () => {
    const window = ['per_shop', '--window', at(0), '--json'];
    expect(rows((await query(...window, '--order-by', '-total')).out)).toMatchObject([{ shop: 'b' }, { shop: 'a' }, {}]);
    expect(rows((await query(...window, '--order-by', '-total,shop', '--limit', '2')).out)).toHaveLength(2);
    expect(rows((await query('ever', '--window', 'latest', '--json')).out)).toMatchObject([
      {},
      { shop: 'a', sold: 3 },
      { shop: 'b', sold: 1 },
    ]);
  });

  it('lets nothing that users sent steer the terminal', async () => {
    const { out } = await query('per_shop', '--window', at(0));
    expect(out).toContain('\\u001b[31mred');
    expect(out).not.toContain('\u001b');
  });

  it('says so when there are no rows', async () => {
    expect(await query('per_shop', '--key', 'shop=c')).toEqual({ code: 0, out: '', err: 'no rows\n' });
    expect(await query('per_shop', '--key', 'shop=c', '--json')).toEqual({ code: 0, out: '', err: '' });
  });

  it.each([
    [['per_shp', '--window', 'latest'], 'there is no view "per_shp"; did you mean per_shop?'],
    [['per_shop'], 'either key.shop, or window (latest, latest_final or a start) (--key shop=…)'],
    [['per_shop', '--key', 'shpo=a'], 'there is no parameter "key.shpo"; did you mean key.shop? (--key shpo=…)'],
    [['per_shop', '--key', 'shop=a', '--from', 'yesterday'], 'from: "yesterday" is neither a time nor an interval'],
    [['per_shop', '--window', 'latest', '--order-by', 'totl'], 'did you mean total? (--order-by)'],
    [['per_shop', '--window', 'latest', '--key', 'shop=a'], '--key is for the windows of a key; --window is for all keys of one window'],
    [['per_shop', '--key', 'shop=a', '--order-by', 'total'], '--order-by needs --window'],
    [['per_shop', '--key', 'a'], '--key must be COLUMN=VALUE, not "a"'],
    [['per_shop', '--key', 'shop=a', '--limit', '0'], '--limit must be a whole number from 1'],
    [[], 'VIEW is missing'],
  ])('tells in one line what is wrong with %j', async (args, message) => {
    const { code, out, err } = await query(...args);
    expect(err).toContain(message);
    expect(err).toMatch(/^millrace query: [^\n]*\n$/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
