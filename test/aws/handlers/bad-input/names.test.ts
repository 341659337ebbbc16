import { describe, expect, it } from 'vitest';
import { application, view } from '../../../../lib/dsl/application.ts';
import type { Flow } from '../../../../lib/dsl/flow.ts';
import { stream } from '../../../../lib/dsl/stream.ts';
import { tumbling } from '../../../../lib/dsl/window.ts';
import { createStack, START } from '../stack.ts';
import { deadLetters, iso, json } from './sales.ts';

describe('names every object has', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const;

  it.each(NAMES)('work as a column, a key, an aggregate and a view: %s', async (name) => {
    const clicks: Flow<{ at: string; n: number }> = stream('clicks', {
      columns: { at: 'timestamptz', n: 'bigint', [name]: 'text' } as { at: 'timestamptz'; n: 'bigint' },
      eventTime: 'at',
    });
    const app = application('shop', {
      views: [
        view(
          name,
          clicks
            .keyBy(name as never)
            .window(tumbling('1 minute'))
            .aggregate((a) => ({ sum: a.sum('n') })),
        ),
        view(
          'sums',
          clicks.window(tumbling('1 minute')).aggregate((a) => Object.fromEntries([[name, a.sum('n')]])),
        ),
      ],
    });
    const stack = createStack({ application: app });
    stack.clock.at = START + 30_000;
    const put = (value: string, n: number, seconds = 1): string => `{"at":"${iso(seconds)}","n":${n},"${name}":${value}}`;
    await stack.aggregate(
      stack.records(put('"/a"', 1), put('{"polluted":1}', 2), `{"at":"${iso(1)}","n":4}`, put(`"${name}"`, 8), put('"/a"', 16)),
    );
    const read = async (final: boolean): Promise<void> => {
      const { rows } = await json(stack, `/v1/views/${name}/rows`, { window: iso(0), order_by: 'sum' });
      expect(rows.map((row) => [Object.getOwnPropertyDescriptor(row, name)?.value, row.sum, row.final])).toEqual([
        [name, 8, final],
        ['/a', 17, final],
      ]);
      const sums = await json(stack, '/v1/views/sums/rows', { window: iso(0) });
      expect(sums.rows.map((row) => Object.getOwnPropertyDescriptor(row, name)?.value)).toEqual([25]);
    };
    await read(false);
    expect((await deadLetters(stack)).map(({ sequence }) => sequence)).toEqual(['103', '102']);
    stack.clock.at = START + 200_000;
    await stack.tick();
    await stack.aggregate(stack.records(put('"/z"', 32, 190)));
    await stack.tick();
    await read(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
