import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../support/stores.ts';
import { describeCheckpoints } from './store/checkpoints.ts';
import type { Given } from './store/given.ts';
import { describeLog } from './store/log.ts';
import { describeResults } from './store/results.ts';
import { describeRows } from './store/rows.ts';
import { entry } from './store/samples.ts';
import { describeTasks } from './store/tasks.ts';
import { describeUnits } from './store/units.ts';

/** What holds for every store. */
export function describeStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`a store ${name}`, () => {
    let under: StoreUnderTest;
    let runs = 0;
    beforeAll(async () => {
      under = await start();
    });
    afterAll(() => under.stop());

    const given: Given = {
      get under() {
        return under;
      },
      get store() {
        return under.store;
      },
      newTask: (shard = 's1') => ({ application: `app-${++runs}`, stream: 'clicks', shard }),
      newView: () => ({ application: `app-${++runs}`, view: 'page_views' }),
    };
    describeLog(given);
    describeCheckpoints(given);
    describeTasks(given);
    describeResults(given);
    describeRows(given);
    describeUnits(given);

    it('keeps names apart that contain its separators', async () => {
      const { application } = given.newTask();
      const tasks = [
        { application, stream: 'a#b', shard: 'c' },
        { application, stream: 'a', shard: 'b#c' },
        { application, stream: 'a%23b', shard: 'c' },
        { application: `${application}#a`, stream: 'b', shard: 'c' },
        { application, stream: '__proto__', shard: 'constructor' },
        { application, stream: 'é😀\n'.repeat(600), shard: 'c' },
        { application, stream: 'é😀\n'.repeat(601), shard: 'c' },
      ];
      for (const [i, task] of tasks.entries()) expect(await given.store.log.append(task, entry(1, { nonce: `n${i}` }))).toBe(true);
      for (const [i, task] of tasks.entries()) expect((await given.store.log.read(task, 1)).map(({ nonce }) => nonce)).toEqual([`n${i}`]);
    });
  });
}
