import { describe, expect, it } from 'vitest';
import { application, view } from '../../../../lib/dsl/application.ts';
import { stream } from '../../../../lib/dsl/stream.ts';
import { tumbling } from '../../../../lib/dsl/window.ts';
import { createStack } from '../stack.ts';
import { deadLetters, iso, json, keptBytes } from './sales.ts';

describe('numbers', () => {
  const clicks = stream('clicks', {
    columns: { id: 'bigint', n: 'double precision', at: 'timestamptz' },
    eventTime: 'at',
  });
  const numbers = application('shop', {
    views: [
      view(
        'sales',
        clicks
          .keyBy('id')
          .window(tumbling('1 minute'))
          .aggregate((a) => ({ count: a.count(), sum: a.sum('n'), least: a.min('n'), greatest: a.max('n'), avg: a.avg('n') })),
      ),
    ],
  });
  const row = (id: string, n: string): string => `{"id":${id},"n":${n},"at":"${iso(1)}"}`;

  it('are exact up to 2^53 as a bigint, and beyond it dead letters rather than rounded', async () => {
    const stack = createStack({ application: numbers });
    const ids = ['9007199254740991', '-9007199254740991', '9007199254740992', '9007199254740993', '12345678901234567890', '1.5', '1e3'];
    await stack.aggregate(stack.records(...ids.map((id) => row(id, '1'))));
    const { rows } = await json(stack, '/v1/views/sales/rows', { window: iso(0) });
    expect(rows.map(({ id }) => id).sort()).toEqual([-9007199254740991, 1000, 9007199254740991]);
    const dead = await deadLetters(stack);
    expect(dead.map(({ sequence }) => sequence).sort()).toEqual(['103', '104', '105', '106']);
    // As they were sent, not as JavaScript reads them.
    expect(dead.map(keptBytes).map(String)).toContain(row('9007199254740993', '1'));
  });

  it('as doubles are what doubles are, whatever their size', async () => {
    const stack = createStack({ application: numbers });
    const of = (id: number, ...ns: string[]): string[] => ns.map((n) => row(String(id), n));
    await stack.aggregate(
      stack.records(
        ...of(1, '9007199254740993', '1', '-9007199254740993'),
        ...of(2, '1e308', '1e308'),
        ...of(3, '1e308', '1e308', '-1e308'),
        ...of(4, '5e-324', '5e-324'),
        ...of(5, '-0', '0'),
        ...of(6, '0.1', '0.2', '0.3'),
      ),
    );
    const { rows } = await json(stack, '/v1/views/sales/rows', { window: iso(0), order_by: 'id' });
    expect(rows.map(({ id, sum, least, greatest }) => [id, sum, least, greatest])).toEqual([
      [1, 1, -9007199254740992, 9007199254740992],
      [2, null, 1e308, 1e308],
      [3, 1e308, -1e308, 1e308],
      [4, 1e-323, 5e-324, 5e-324],
      [5, 0, 0, 0],
      [6, 0.6, 0.1, 0.3],
    ]);
    // Pages go on behind a NULL as well.
    const pages: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await json(stack, '/v1/views/sales/rows', { window: iso(0), order_by: '-sum', limit: '2', ...(cursor && { cursor }) });
      pages.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
    }
    expect(pages).toEqual([3, 1, 6, 4, 5, 2]);
  });
});
