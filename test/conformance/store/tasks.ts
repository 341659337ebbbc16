import { describe, expect, it } from 'vitest';
import type { Given } from './given.ts';
import { DAY, T0 } from './samples.ts';

/** Which tasks there are, how far views have been merged, and attempts of records. */
export function describeTasks(given: Given): void {
  const { newTask } = given;
  describe('tasks', () => {
    it('lists the shards registered for a stream, sorted, each once', async () => {
      const task = newTask();
      const shards = ['shardId-000000000010', 'shardId-000000000002', 'shardId-000000000001'];
      expect(await given.store.tasks.list(task)).toEqual([]);
      for (const shard of [...shards, ...shards]) await given.store.tasks.register({ ...task, shard });
      await given.store.tasks.register({ ...task, stream: 'other' });
      expect(await given.store.tasks.list(task)).toEqual([...shards].sort());
    });

    it('raises a view’s boundary and never lowers it', async () => {
      const task = newTask();
      const { tasks } = given.store;
      expect(await tasks.progress(task)).toEqual({ listed: false, mergedThrough: new Map() });
      expect(await tasks.raiseMergedThrough(task, 'a', 100)).toBe(true);
      expect(await tasks.raiseMergedThrough(task, 'a', 100)).toBe(false);
      expect(await tasks.raiseMergedThrough(task, 'a', 99)).toBe(false);
      expect(await tasks.raiseMergedThrough(task, 'b', -5)).toBe(true);
      expect(await tasks.raiseMergedThrough(task, 'a', T0)).toBe(true);
      expect(await tasks.raiseMergedThrough(task, 'c', Number.NEGATIVE_INFINITY)).toBe(false);
      await tasks.setListed(task);
      await tasks.setListed(task);
      expect(await tasks.raiseMergedThrough(task, 'b', 0)).toBe(true);
      expect(await tasks.progress(task, { consistent: true })).toEqual({
        listed: true,
        mergedThrough: new Map([
          ['a', T0],
          ['b', 0],
        ]),
      });
      expect(await tasks.progress({ ...task, stream: 'other' })).toEqual({ listed: false, mergedThrough: new Map() });
    });

    it('lets many raise at once and ends at the highest', async () => {
      const task = newTask();
      const answers = await Promise.all([3, 9, 1, 7, 9, 2].map((w) => given.store.tasks.raiseMergedThrough(task, 'v', w)));
      expect(answers.filter((answer, i) => answer && [3, 9, 1, 7, 9, 2][i] === 9)).toHaveLength(1);
      expect((await given.store.tasks.progress(task)).mergedThrough.get('v')).toBe(9);
    });

    it('takes views whose names are words of DynamoDB or of JavaScript', async () => {
      const task = newTask();
      for (const name of ['count', 'size', 'name', '__proto__', 'constructor', 'listed', 'pk']) {
        expect(await given.store.tasks.raiseMergedThrough(task, name, 1)).toBe(true);
        expect(await given.store.tasks.raiseMergedThrough(task, name, 1)).toBe(false);
      }
      const { mergedThrough, listed } = await given.store.tasks.progress(task);
      expect([...mergedThrough.keys()].sort()).toEqual(['__proto__', 'constructor', 'count', 'listed', 'name', 'pk', 'size']);
      expect(listed).toBe(false);
    });

    it('counts attempts of a record, however many there are at once', async () => {
      const task = newTask();
      const sequence = '49590338271490256608559692538361571095921575989136588898';
      expect(await given.store.tasks.countAttempt(task, sequence, T0)).toBe(0);
      expect(await given.store.tasks.countAttempt(task, sequence, T0)).toBe(1);
      const more = await Promise.all([1, 2, 3, 4].map(() => given.store.tasks.countAttempt(task, sequence, T0)));
      expect(more.sort()).toEqual([2, 3, 4, 5]);
      expect(await given.store.tasks.countAttempt(task, `${sequence}1`, T0)).toBe(0);
      expect(await given.store.tasks.countAttempt({ ...task, shard: 's2' }, sequence, T0)).toBe(0);
      await given.under.expire(T0 + 1000);
      expect(await given.store.tasks.countAttempt(task, sequence, T0 + DAY)).toBe(0);
    });
  });
}
