import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createStack, START } from '../stack.ts';
import { iso, STREAMS, sale, sales, shopOf, taken } from './sales.ts';

describe('sizes', () => {
  it('counts records of a megabyte, of one event and of many', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    const events = Array.from({ length: 14_000 }, (_, i) => sale('/many', 1, 1 + (i % 50)));
    const many = `[${events.join()}]`;
    const padded = `{"page":"/padded","n":1,"at":"${iso(1)}","pad":"${'x'.repeat(1024 * 1024 - 80)}"}`;
    expect([many.length, padded.length].every((length) => length > 700_000 && length <= 1024 * 1024)).toBe(true);
    stack.clock.at = START + 55_000;
    expect(await stack.aggregate(stack.records(many, padded, sale('/a', 1), padded, gzipSync(many)))).toEqual(taken);
    expect(await sales(stack)).toEqual({ '/many': 28_000, '/padded': 2, '/a': 1 });
  });

  // Whatever is kept of a record is kept for each of its events: that must not take memory or time for each, or it takes longer than a test may.
  it.each([
    ['lone surrogates', `["\\ud800"${',"\\ud800"'.repeat(100_000)}]`],
    ['events without columns', `[{}${',{}'.repeat(300_000)}]`],
  ])('takes a megabyte of %s', async (_, bad) => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    const good = `[${Array.from({ length: 9_000 }, () => sale('/a', 1)).join()}]`;
    const goods = Array<string>(Math.ceil((bad.length / 3 / 9_000) * 1.2) + 1).fill(good);
    expect(await stack.aggregate(stack.records('x', ...goods, bad))).toEqual(taken);
    expect(await sales(stack)).toEqual({ '/a': goods.length * 9_000 });
  });
});
