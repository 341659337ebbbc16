import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { mapTasks } from '../../lib/runtime/map-tasks.ts';

const SHARDS = Array.from({ length: 100 }, (_, i) => i);

it('works for all, sixteen at once, and returns the results in their order', async () => {
  let [open, most] = [0, 0];
  const squares = await mapTasks(SHARDS, async (shard) => {
    most = Math.max(most, ++open);
    for (let i = 0; i < (shard * 7) % 5; i++) await turn();
    open--;
    return shard * shard;
  });
  expect(squares).toEqual(SHARDS.map((shard) => shard * shard));
  expect(most).toBe(16);
});

it('fails with the first failure once what was under way has ended, and begins nothing after it', async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const work = async (shard: number): Promise<void> => {
    begun.push(shard);
    await turn();
    if (shard === 3 || shard === 5) throw new Error(`shard ${shard}`);
    await turn();
    ended.push(shard);
  };
  await expect(mapTasks(SHARDS, work)).rejects.toThrow('shard 3');
  expect(begun.length).toBeLessThanOrEqual(20);
  expect(ended).toEqual(begun.filter((shard) => shard !== 3 && shard !== 5));
});

it('has nothing to do for none', async () => {
  expect(await mapTasks([], () => Promise.reject(new Error('there is none')))).toEqual([]);
});
