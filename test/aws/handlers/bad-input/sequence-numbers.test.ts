import { describe, expect, it } from 'vitest';
import { kinesisRecord } from '../../kinesis/records.ts';
import { createStack, START } from '../stack.ts';
import { STREAMS, sale, sales, shopOf } from './sales.ts';

describe('sequence numbers', () => {
  it('go by size, not as text: nothing is skipped when they grow longer, and nothing comes twice', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    const numbers = ['8', '9', '10', '99', '100', `4${'9'.repeat(54)}`, `5${'0'.repeat(54)}`, `1${'0'.repeat(55)}`];
    const records = numbers.map((sequence, i) => kinesisRecord(sale('/a', 2 ** i), { sequence, arrival: START }));
    for (let from = 0; from < records.length; from += 2) await stack.aggregate(records.slice(from, from + 3));
    expect(await sales(stack)).toEqual({ '/a': 2 ** numbers.length - 1 });
    await stack.aggregate(records);
    await stack.aggregate(records.slice(0, 3));
    expect(await sales(stack)).toEqual({ '/a': 2 ** numbers.length - 1 });
  });
});
