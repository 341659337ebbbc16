import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../lib/store/ports.ts';
import type { Given } from './given.ts';
import { bytes, DAY, KB, same, T0 } from './samples.ts';

/** Manifests and the buckets they name. */
export function describeCheckpoints(given: Given): void {
  const { newTask } = given;
  describe('checkpoints', () => {
    const manifest = (index: number, nonce = 'n', buckets: readonly string[] = ['b-0', '', 'b-2']): Manifest => ({
      index,
      nonce,
      head: bytes(20, index),
      buckets,
    });

    it('puts a manifest only in place of the one it was made from, and only forward', async () => {
      const task = newTask();
      const { checkpoints } = given.store;
      expect(await checkpoints.manifest(task)).toBeUndefined();
      expect(await checkpoints.putManifest(task, manifest(5), manifest(4))).toBe(false);
      expect(await checkpoints.manifest(task)).toBeUndefined();
      expect(await checkpoints.putManifest(task, manifest(5), undefined)).toBe(true);
      expect(await checkpoints.putManifest(task, manifest(6), undefined)).toBe(false);
      expect(await checkpoints.putManifest(task, manifest(6), manifest(4))).toBe(false);
      expect(await checkpoints.putManifest(task, manifest(6), manifest(5, 'another'))).toBe(false);
      expect(await checkpoints.putManifest(task, manifest(5, 'm'), manifest(5))).toBe(false);
      expect(await checkpoints.putManifest(task, manifest(4, 'm'), manifest(5))).toBe(false);
      expect(await checkpoints.manifest(task)).toEqual(manifest(5));
      expect(await checkpoints.putManifest(task, manifest(9, 'z', []), manifest(5))).toBe(true);
      expect(await checkpoints.manifest(task)).toEqual(manifest(9, 'z', []));
    });

    it('lets one of many writers win', async () => {
      const task = newTask();
      const first = await Promise.all(
        ['a', 'b', 'c'].map((nonce) => given.store.checkpoints.putManifest(task, manifest(1, nonce), undefined)),
      );
      expect(first.filter(Boolean)).toHaveLength(1);
      const now = (await given.store.checkpoints.manifest(task)) as Manifest;
      const then = await Promise.all(['d', 'e', 'f'].map((nonce) => given.store.checkpoints.putManifest(task, manifest(2, nonce), now)));
      expect(then.filter(Boolean)).toHaveLength(1);
    });

    it('holds 256 buckets and more', async () => {
      const task = newTask();
      const ids = Array.from({ length: 256 }, (_, i) => `12345678-0b1f7ab2-6c9e-4c39-a1ac-53e8e7a7f9c1-${i}`);
      await given.store.checkpoints.putManifest(task, manifest(1, 'n', ids), undefined);
      expect((await given.store.checkpoints.manifest(task))?.buckets).toEqual(ids);
    });

    it('reads buckets in the order asked, of any size, and says which are gone', async () => {
      const task = newTask();
      const sizes = { a: 10, b: 64 * KB, c: 500 * KB, d: 0 };
      for (const [id, size] of Object.entries(sizes)) await given.store.checkpoints.putBucket(task, id, bytes(size, size));
      const read = await given.store.checkpoints.buckets(task, ['c', 'gone', 'a', 'd', 'b', 'a']);
      expect(read.map((body) => body?.length)).toEqual([500 * KB, undefined, 10, 0, 64 * KB, 10]);
      expect(same(read[0], bytes(500 * KB, 500 * KB))).toBe(true);
      expect(await given.store.checkpoints.buckets({ ...task, shard: 's2' }, ['a'])).toEqual([undefined]);
      expect(await given.store.checkpoints.buckets(task, [])).toEqual([]);
    });

    it('reads 130 buckets of 20 MB together', async () => {
      const task = newTask();
      const ids = Array.from({ length: 130 }, (_, i) => `bucket-${i}`);
      for (const [i, id] of ids.entries()) await given.store.checkpoints.putBucket(task, id, bytes(150 * KB, i));
      const read = await given.store.checkpoints.buckets(task, ids);
      expect(read.every((body, i) => same(body, bytes(150 * KB, i)))).toBe(true);
    });

    it('keeps buckets until they may go, in all their parts', async () => {
      const task = newTask();
      for (const id of ['kept', 'let-go', 'large'])
        await given.store.checkpoints.putBucket(task, id, bytes(id === 'large' ? 400 * KB : 10, 1));
      await given.store.checkpoints.expireBuckets(task, ['let-go', 'large', 'never-there'], T0);
      const lengths = async () =>
        (await given.store.checkpoints.buckets(task, ['kept', 'let-go', 'large', 'never-there'])).map((b) => b?.length);
      expect(await lengths()).toEqual([10, 10, 400 * KB, undefined]);
      await given.under.expire(T0 - DAY);
      expect(await lengths()).toEqual([10, 10, 400 * KB, undefined]);
      await given.under.expire(T0);
      expect(await lengths()).toEqual([10, undefined, undefined, undefined]);
    });
  });
}
