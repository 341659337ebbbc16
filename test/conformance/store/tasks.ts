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

    it('marks registered tasks, and no others', async () => {
      const task = newTask();
      const { tasks } = given.store;
      const none = { stage: 'registered', watermark: Number.NEGATIVE_INFINITY, views: '' } as const;
      for (const shard of ['s2', 's1', 's3']) await tasks.register({ ...task, shard });
      await tasks.mark(task, { ...none, shard: 's1', stage: 'begun' });
      await tasks.mark(task, { shard: 's2', stage: 'done', watermark: T0, views: 'of these' });
      await tasks.mark(task, { ...none, shard: 's4', stage: 'begun' });
      expect(await tasks.registered(task)).toEqual([
        { ...none, shard: 's1', stage: 'begun' },
        { shard: 's2', stage: 'done', watermark: T0, views: 'of these' },
        { ...none, shard: 's3' },
      ]);
      expect(await tasks.list(task)).toEqual(['s1', 's2', 's3']);
      // Whoever registers it again knows nothing of what others found.
      await tasks.register({ ...task, shard: 's1' });
      expect((await tasks.registered(task))[0]).toEqual({ ...none, shard: 's1' });
    });

    it('lets one caller at a time sweep, every so often', async () => {
      const task = newTask();
      const claims = await Promise.all([1, 2, 3].map(() => given.store.tasks.claimSweep(task, T0, DAY)));
      expect(claims.filter((claim) => claim)).toHaveLength(1);
      expect(await given.store.tasks.claimSweep(task, T0 + DAY, DAY)).toBe(false);
      expect(await given.store.tasks.claimSweep(task, T0 + DAY + 1, DAY)).toBe(true);
      // It has nothing to do with the lease beside it.
      expect(await given.store.tasks.takeMergeLease(task, T0, T0 + 30)).toMatchObject({ number: 1 });
      expect(await given.store.tasks.claimSweep(task, T0 + DAY + 2, DAY)).toBe(false);
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
      await tasks.setIdentity(task, 'a stream, created some day');
      expect(await tasks.progress(task, { consistent: true })).toMatchObject({ identity: 'a stream, created some day', listed: true });
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

    it('gives the lease of a stream’s merges to one at a time, and again when it has expired or was given back', async () => {
      const task = newTask();
      const { tasks } = given.store;
      const none = { heldBackBy: '', through: Number.NEGATIVE_INFINITY, scope: '' };
      const found = { heldBackBy: 's1', through: T0, scope: 'of these' };
      expect(await tasks.mergeNotes(task)).toEqual(none);
      expect(await tasks.keepMergeLease(task, 1, T0 + 30)).toBe(false);
      expect(await tasks.takeMergeLease(task, T0, T0 + 30)).toEqual({ number: 1, notes: none, cutOff: false });
      expect(await tasks.takeMergeLease(task, T0 + 30, T0 + 60)).toBeUndefined();
      expect(await tasks.keepMergeLease(task, 1, T0 + 40)).toBe(true);
      expect(await tasks.takeMergeLease(task, T0 + 31, T0 + 60)).toBeUndefined();
      expect(await tasks.takeMergeLease({ ...task, stream: 'other' }, T0, T0 + 30)).toEqual({ number: 1, notes: none, cutOff: false });
      // The first one was never given back.
      expect(await tasks.takeMergeLease(task, T0 + 41, T0 + 60)).toEqual({ number: 2, notes: none, cutOff: true });
      // Who had it has nothing to say any more.
      expect(await tasks.keepMergeLease(task, 1, T0 + 90)).toBe(false);
      expect(await tasks.endMergeLease(task, 1, { ...found, through: 0 })).toBe(false);
      expect(await tasks.endMergeLease(task, 2, found)).toBe(true);
      expect(await tasks.mergeNotes(task)).toEqual(found);
      expect(await tasks.takeMergeLease(task, T0 + 42, T0 + 70)).toEqual({ number: 3, notes: found, cutOff: false });
      expect(await tasks.mergeNotes(task)).toEqual(found);
      expect(await tasks.endMergeLease(task, 3, { ...none, heldBackBy: 's2' })).toBe(true);
      expect(await tasks.takeMergeLease(task, T0 + 43, T0 + 70)).toEqual({
        number: 4,
        notes: { ...none, heldBackBy: 's2' },
        cutOff: false,
      });
      expect(await tasks.endMergeLease(task, 4, undefined)).toBe(true);
      expect(await tasks.mergeNotes(task)).toEqual(none);
      expect(await tasks.takeMergeLease(task, T0 + 44, T0 + 70)).toEqual({ number: 5, notes: none, cutOff: true });
    });

    it('gives a lease that many want at once to one of them', async () => {
      const task = newTask();
      const answers = await Promise.all([1, 2, 3, 4].map(() => given.store.tasks.takeMergeLease(task, T0, T0 + 30)));
      expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
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

    it('keeps the newest refusal of a registered task, and since when it was refused at the same place', async () => {
      const task = newTask();
      const { tasks } = given.store;
      const refusal = { after: '', at: T0, version: '1', reason: 'not JSON' };
      await tasks.noteRefusal(task, refusal);
      expect(await tasks.refusals(task)).toEqual(new Map());
      expect(await tasks.list(task)).toEqual([]);
      await tasks.register(task);
      await tasks.register({ ...task, shard: 'another' });
      await tasks.noteRefusal(task, refusal);
      await tasks.noteRefusal(task, { ...refusal, at: T0 + 60_000, version: '2', reason: 'not CSV' });
      const again = { after: '', since: T0, at: T0 + 60_000, version: '2', reason: 'not CSV' };
      expect(await tasks.refusals(task)).toEqual(new Map([[task.shard, again]]));
      const further = { ...refusal, after: '49590338271490256608559692538361571095921575989136588898', at: T0 + 90_000 };
      await tasks.noteRefusal(task, further);
      expect(await tasks.refusals(task)).toEqual(new Map([[task.shard, { ...further, since: T0 + 90_000 }]]));
      expect(await tasks.refusals({ ...task, stream: 'other' })).toEqual(new Map());
      // A mark says something else of the same task.
      await tasks.mark(task, { shard: task.shard, stage: 'begun', watermark: T0, views: '' });
      expect(await tasks.refusals(task)).toEqual(new Map([[task.shard, { ...further, since: T0 + 90_000 }]]));
      expect(await tasks.registered(task)).toContainEqual({ shard: task.shard, stage: 'begun', watermark: T0, views: '' });
    });
  });
}
