import { expect, it } from 'vitest';
import { tableCheckpoints } from '../../../lib/store/items/checkpoints.ts';
import { MemoryTable } from '../../../lib/store/memory/memory-table.ts';

const DAY = 86_400_000;
const TASK = { application: 'shop', stream: 'clicks', shard: 's1' };

it('keeps the pieces of a bucket that may go a week longer than it: a reader that has found the bucket finds them too', async () => {
  const table = new MemoryTable();
  const checkpoints = tableCheckpoints(table);
  await checkpoints.putBucket(TASK, 'large', new Uint8Array(1_000_000));
  const key = { pk: 'shop#clicks#s1#bucket#large', sk: '-' };
  const bucket = await table.get(key, true);
  const pieces = [0, 1, 2].map((i) => ({ pk: `${bucket?.pieces_in}#${i}`, sk: '-' }));
  await checkpoints.expireBuckets(TASK, ['large'], 30 * DAY);
  table.expire(37 * DAY - 1);
  expect(await table.get(key, true)).toBeUndefined();
  expect((await table.getAll(pieces, true)).map((piece) => piece?.ttl)).toEqual(Array(3).fill((37 * DAY) / 1000));
  table.expire(37 * DAY);
  expect(await table.getAll(pieces, true)).toEqual(Array(3).fill(undefined));
});
