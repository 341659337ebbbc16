import { describe, expect, it } from 'vitest';
import type { StoredEntry } from '../../../lib/store/ports.ts';
import { RecordingMeter } from '../../support/stores.ts';
import type { Given } from './given.ts';
import { bytes, entry, KB, T0 } from './samples.ts';

/** What a store says it asked for. */
export function describeUnits(given: Given): void {
  const { newTask, newView } = given;
  describe('units', () => {
    it('meters requests and units by DynamoDB’s rules', async () => {
      const meter = new RecordingMeter();
      const outer = new RecordingMeter();
      const metered = given.store.metered(outer).metered(meter);
      const task = newTask();
      const view = newView();
      const count = async (work: () => Promise<unknown>) => {
        await work();
        expect(outer.take()).toEqual(meter.requests.map(({ operation, reads, writes }) => `${operation} ${reads}/${writes}`));
        return meter.take();
      };
      // An entry's keys and attributes take some 130 bytes beside its body.
      expect(await count(() => metered.log.append(task, entry(1, { body: bytes(800) })))).toEqual(['PutItem 0/1']);
      expect(await count(() => metered.log.append(task, entry(2, { body: bytes(1000) })))).toEqual(['PutItem 0/2']);
      expect(await count(() => metered.log.append(task, entry(2, { body: bytes(1000) })))).toEqual(['PutItem 0/2']);
      // One unit more for each index.
      expect(await count(() => metered.log.append(task, entry(3, { body: bytes(100), late: 1, dead: 1 })))).toEqual(['PutItem 0/3']);
      // 1,900 bytes and three times some 200: within 4 KB together.
      expect(await count(() => metered.log.read(task, 1))).toEqual(['Query 1/0']);
      expect(await count(() => metered.log.read(task, 9))).toEqual(['Query 1/0']);
      expect(await count(() => metered.log.append(task, entry(4, { body: bytes(10_000) })))).toEqual(['PutItem 0/10']);
      // 12,500 bytes: 4 × 4 KB
      expect(await count(() => metered.log.read(task, 1))).toEqual(['Query 4/0']);
      // 350 KB and 50 KB in pieces, each with a key of its own, then the entry that names them.
      expect(await count(() => metered.log.append(task, entry(5, { body: bytes(400 * KB) })))).toEqual([
        'BatchWriteItem 0/402',
        'PutItem 0/1',
      ]);
      expect(await count(() => metered.log.read(task, 5))).toEqual(['Query 1/0', 'BatchGetItem 101/0']);
      expect(await count(() => metered.log.find('late', task, { limit: 5 }))).toEqual(['Query 0.5/0', 'BatchGetItem 0.5/0']);
      expect(await count(() => metered.tasks.register(task))).toEqual(['PutItem 0/1']);
      // Whoever merges or reads must see every task, window and page there is: strong reads.
      expect(await count(() => metered.tasks.list(task))).toEqual(['Query 1/0']);
      const bounds = { from: T0, to: T0 + 60_000 };
      expect(await count(() => metered.results.windows(view, { ...bounds, order: 'asc', limit: 5, now: T0 }))).toEqual(['Query 1/0']);
      expect(await count(() => metered.results.pages(view, { ...bounds, bits: 0, bucket: 0 }))).toEqual(['Query 1/0']);
      expect(await count(() => metered.tasks.progress(task))).toEqual(['GetItem 0.5/0']);
      expect(await count(() => metered.tasks.progress(task, { consistent: true }))).toEqual(['GetItem 1/0']);
      expect(await count(() => metered.tasks.raiseMergedThrough(task, 'v', 1))).toEqual(['UpdateItem 0/1']);
      expect(await count(() => metered.tasks.takeMergeLease(task, T0, T0 + 30))).toEqual(['UpdateItem 0/1']);
      // A merge that another one keeps from beginning, and a task that asks whether it holds results back.
      expect(await count(() => metered.tasks.takeMergeLease(task, T0, T0 + 30))).toEqual(['UpdateItem 0/1']);
      expect(await count(() => metered.tasks.mergeNotes(task))).toEqual(['GetItem 1/0']);
      expect(await count(() => metered.tasks.countAttempt(task, '1', T0))).toEqual(['UpdateItem 0/1']);
      const refusal = { after: '1', at: T0, version: '1', reason: 'not JSON' };
      expect(await count(() => metered.tasks.noteRefusal(task, refusal))).toEqual(['UpdateItem 0/1', 'UpdateItem 0/1']);
      expect(await count(() => metered.tasks.noteRefusal(task, refusal))).toEqual(['UpdateItem 0/1']);
      expect(await count(() => metered.tasks.refusals(task))).toEqual(['Query 0.5/0']);
      expect(await count(() => metered.checkpoints.manifest(task))).toEqual(['GetItem 1/0']);
      expect(await count(() => metered.checkpoints.putBucket(task, 'b', bytes(5000)))).toEqual(['PutItem 0/5']);
      expect(await count(() => metered.checkpoints.buckets(task, ['b', 'gone']))).toEqual(['BatchGetItem 3/0']);
      // Changing one attribute of an item costs what writing all of it does.
      expect(await count(() => metered.checkpoints.expireBuckets(task, ['b'], T0))).toEqual(['UpdateItem 0/5']);
      const rows = Array.from({ length: 30 }, (_, i) => ({ key: `${i}`, start: T0, end: T0 + 60_000, values: { i }, expiresAt: T0 }));
      const requests = await count(() => metered.results.putRows(view, rows));
      // They are under way together.
      expect(requests.sort()).toEqual(['BatchWriteItem 0/25', 'BatchWriteItem 0/5']);
      expect(meter.requests).toEqual([]);
    });

    it('commits a batch that closes nothing in two requests, whatever it holds', async () => {
      const task = newTask();
      await given.store.log.append(task, entry(1));
      const meter = new RecordingMeter();
      const metered = given.store.metered(meter);
      const [last] = await metered.log.read(task, 1);
      await metered.log.append(task, entry((last as StoredEntry).index + 1, { body: bytes(300 * KB) }));
      expect(meter.take()).toEqual(['Query 1/0', 'PutItem 0/301']);
    });
  });
}
