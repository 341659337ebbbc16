import { ALONE } from '../../core/stored.ts';
import type { CheckpointStore, TaskId } from '../ports.ts';
import { pieceKeys, pieceTimeToLive, readBodies, timeToLive, withBody } from './body.ts';
import type { Item, Key } from './item.ts';
import type { ItemTable } from './item-table.ts';
import { taskPartition } from './keys.ts';

/** How many buckets are released concurrently. */
const AT_ONCE = 16;

/** Checkpoints: one manifest per task, and each bucket in its own partition. */
export function tableCheckpoints(table: ItemTable): CheckpointStore {
  const expire = async (key: Key, expiresAt: number): Promise<void> => {
    // Only if the item exists: otherwise, the update would create an empty one.
    const item = await table.update(key, { set: timeToLive(expiresAt), when: 'exists' });
    if (item) for (const piece of pieceKeys(item)) await table.update(piece, { set: pieceTimeToLive(expiresAt), when: 'exists' });
  };
  return {
    async manifest(task) {
      const item = await table.get(manifestKey(task), true);
      if (!item) return undefined;
      return {
        index: Number(item.index),
        nonce: String(item.nonce),
        head: item.head as Uint8Array,
        buckets: [...(item.buckets as readonly string[])],
      };
    },

    async buckets(task, ids) {
      const distinct = [...new Set(ids)];
      const items = await table.getAll(
        distinct.map((id) => bucketKey(task, id)),
        true,
      );
      const there = items.filter((item): item is Item => item !== undefined);
      const bodies = await readBodies(table, there, true);
      const byId = new Map(distinct.map((id, i) => [id, items[i] ? bodies[there.indexOf(items[i])] : undefined]));
      return ids.map((id) => byId.get(id));
    },

    async putBucket(task, id, body) {
      await table.put(await withBody(table, bucketKey(task, id) as Item, body));
    },

    async putManifest(task, manifest, previous) {
      const { index, nonce, head, buckets } = manifest;
      if (previous && index <= previous.index) return false;
      const item = { ...manifestKey(task), index, nonce, head, buckets: [...buckets] };
      return table.putIf(item, previous && { index: previous.index, nonce: previous.nonce });
    },

    async expireBuckets(task, ids, expiresAt) {
      if (!Number.isFinite(expiresAt)) return;
      for (let i = 0; i < ids.length; i += AT_ONCE) {
        await Promise.all(ids.slice(i, i + AT_ONCE).map((id) => expire(bucketKey(task, id), expiresAt)));
      }
    },
  };
}

function manifestKey(task: TaskId): Key {
  return { pk: taskPartition(task, 'checkpoint'), sk: ALONE };
}

function bucketKey(task: TaskId, id: string): Key {
  return { pk: taskPartition(task, 'bucket', id), sk: ALONE };
}
