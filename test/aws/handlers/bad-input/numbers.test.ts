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
          .aggregate((a) => ({
            count: a.count(),
            sum: a.sum('n'),
            least: a.min('n'),
            greatest: a.max('n'),
            avg: a.avg('n'),
            ids: a.sum('id'),
            least_id: a.min('id'),
          })),
      ),
    ],
  });
  const row = (id: string, n: string): string => `{"id":${id},"n":${n},"at":"${iso(1)}"}`;

  it('are exact over all 64 bits as a bigint, also as text, and beyond them dead letters rather than rounded', async () => {
    const stack = createStack({ application: numbers });
    const ids = [
      ...['9007199254740991', '-9007199254740991', '9007199254740992', '9007199254740993', '"9007199254740993"', '"12"'],
      ...['9223372036854775807', '-9223372036854775808', '9223372036854775808', '12345678901234567890', '1.5', '1e3', '"1.5"'],
    ];
    await stack.aggregate(stack.records(...ids.map((id) => row(id, '1'))));
    const { rows } = await json(stack, '/v1/views/sales/rows', { window: iso(0), order_by: 'id' });
    // JSON numbers while those are exact, text beyond.
    expect(rows.map(({ id, count }) => [id, count])).toEqual([
      ['-9223372036854775808', 1],
      [-9007199254740991, 1],
      [12, 1],
      [1000, 1],
      [9007199254740991, 1],
      ['9007199254740992', 1],
      ['9007199254740993', 2],
      ['9223372036854775807', 1],
    ]);
    const dead = await deadLetters(stack);
    expect(dead.map(({ sequence }) => sequence).sort()).toEqual(['109', '110', '111', '113']);
    // As they were sent, not as JavaScript reads them.
    expect(dead.map(keptBytes).map(String)).toContain(row('12345678901234567890', '1'));
  });

  it('beyond 2^53 are keys like others, sum exactly, and go on from page to page', async () => {
    const stack = createStack({ application: numbers });
    const ids = ['9223372036854775807', '9223372036854775806', '9223372036854775805'];
    await stack.aggregate(stack.records(...[...ids, ...ids].map((id) => row(id, '1'))));
    const { rows } = await json(stack, '/v1/views/sales/rows', { 'key.id': '9223372036854775806' });
    expect(rows).toMatchObject([{ id: '9223372036854775806', count: 2, ids: '18446744073709551612', least_id: '9223372036854775806' }]);
    const pages: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await json(stack, '/v1/views/sales/rows', { window: iso(0), order_by: '-id', limit: '1', ...(cursor && { cursor }) });
      pages.push(...page.rows.map(({ id }) => id));
      cursor = page.next;
    }
    expect(pages).toEqual(ids);
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
