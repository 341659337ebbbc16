import { describe, expect, it } from 'vitest';
import { createStack } from '../stack.ts';
import { json, STREAMS, sale, sales, shopOf, taken } from './sales.ts';

describe('batches with nothing in them', () => {
  it('an event without records is taken', async () => {
    expect(await createStack().aggregate([])).toEqual(taken);
  });

  it('records without events are taken and do not come again', async () => {
    const stack = createStack({ application: shopOf(STREAMS['a schema']) });
    expect(await stack.aggregate(stack.records('[]', '[]'))).toEqual(taken);
    expect(await stack.aggregate(stack.records(sale('/a', 1), '[]'))).toEqual(taken);
    expect(await sales(stack)).toEqual({ '/a': 1 });
    const { rows } = await json(stack, '/v1/views/sales/windows');
    expect(rows).toHaveLength(1);
    const health = JSON.parse((await stack.get('/v1/health')).body) as { streams: { shards: { sequence: string; events: number }[] }[] };
    expect(health.streams[0]?.shards).toMatchObject([{ sequence: '104', events: 1 }]);
  });
});
