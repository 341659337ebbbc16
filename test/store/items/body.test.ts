import { expect, it } from 'vitest';
import { readBodies, withBody } from '../../../lib/store/items/body.ts';
import { MemoryTable } from '../../../lib/store/memory/memory-table.ts';

const DAY = 86_400_000;
const KEY = { pk: 'p', sk: 's' };

it('says that an item is corrupt whose pieces are gone', async () => {
  const table = new MemoryTable();
  const item = await withBody(table, KEY, new Uint8Array(1_000_000), 0);
  expect((await readBodies(table, [item], true)).map(({ length }) => length)).toEqual([1_000_000]);
  // Pieces stay a week longer than what refers to them.
  table.expire(7 * DAY - 1);
  expect((await readBodies(table, [item], true)).map(({ length }) => length)).toEqual([1_000_000]);
  table.expire(7 * DAY);
  await expect(readBodies(table, [item], true)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining('item p s is corrupt'),
  });
});

it('keeps apart the pieces of two writers of one item', async () => {
  const table = new MemoryTable();
  const [a, b] = [new Uint8Array(1_000_000).fill(1), new Uint8Array(1_000_000).fill(2)];
  const items = [await withBody(table, KEY, a), await withBody(table, KEY, b)];
  const bodies = await readBodies(table, items, true);
  expect(bodies.map((body, i) => Buffer.compare(body, [a, b][i] as Uint8Array))).toEqual([0, 0]);
});
