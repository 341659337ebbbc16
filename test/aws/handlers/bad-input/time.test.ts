import { describe, expect, it } from 'vitest';
import { createStack, START } from '../stack.ts';
import { iso, json, STREAMS, sale, sales, shopOf } from './sales.ts';

describe('a clock that is ahead', () => {
  //  event time   0         60        120        600
  //               ├── /a ───┼── /a ───┤  …   /x ─┤      all arrive within the first minute
  it('closes no one else’s window, ten minutes ahead or nearly a day', async () => {
    const stack = createStack({ application: shopOf(STREAMS['a schema']) });
    stack.clock.at = START + 50_000;
    await stack.aggregate(stack.records(sale('/a', 1, 45), sale('/x', 2, 600), sale('/y', 4, 86_000)));
    await stack.aggregate(stack.records(sale('/a', 8, 46)));
    await stack.tick();
    await stack.aggregate(stack.records(sale('/a', 16, 47)));
    expect(await sales(stack)).toEqual({ '/a': 25 });
    expect(await sales(stack, iso(600))).toEqual({ '/x': 2 });
    const { rows } = await json(stack, '/v1/views/sales/rows', { window: 'latest' });
    expect(rows).toMatchObject([{ page: '/a', final: false }]);
    expect((await json(stack, '/v1/views/sales/late')).rows).toEqual([]);
  });

  it('counts what is late for sure as late, and nothing before', async () => {
    const stack = createStack({ application: shopOf(STREAMS['a schema']) });
    stack.clock.at = START + 65_000;
    // Arrival is 65 s, so the watermark can be 60 s at most: that closes the first minute, but only just.
    await stack.aggregate(
      stack.records(sale('/a', 1, 59), sale('/a', 2, 64.999), sale('/a', 4, 59), sale('/a', 8, 700), sale('/a', 16, 59)),
    );
    expect(await sales(stack)).toEqual({ '/a': 5 });
    expect((await json(stack, '/v1/views/sales/late')).rows).toMatchObject([{ sequence: '105', event_time: iso(59) }]);
  });
});
