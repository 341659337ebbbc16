import { MillraceError } from '../../core/errors.ts';
import { ALONE, BOUNDARY_PREFIX } from '../../core/stored.ts';
import type { StreamProgress, TaskId, TaskStore } from '../ports.ts';
import { timeToLive } from './body.ts';
import type { Key } from './item.ts';
import type { ItemTable } from './item-table.ts';
import { streamPartition, taskPartition } from './keys.ts';

/** Tasks: a partition of shards a stream, one item for its progress with an attribute a view, and attempts. */
export function tableTasks(table: ItemTable): TaskStore {
  return {
    async register(task) {
      await table.put({ pk: streamPartition(task, 'tasks'), sk: task.shard });
    },

    async list(stream) {
      const items = await table.query({ pk: streamPartition(stream, 'tasks'), consistent: true });
      return items.map(({ sk }) => sk).sort();
    },

    async progress(stream, options): Promise<StreamProgress> {
      const item = await table.get(progressKey(stream), options?.consistent ?? false);
      const merged = Object.entries(item ?? {}).filter(([name]) => name.startsWith(BOUNDARY_PREFIX));
      return {
        listed: item?.listed === true,
        mergedThrough: new Map(merged.map(([name, watermark]) => [name.slice(BOUNDARY_PREFIX.length), Number(watermark)])),
      };
    },

    async setListed(stream) {
      await table.update(progressKey(stream), { set: { listed: true } });
    },

    async raiseMergedThrough(stream, view, watermark) {
      if (watermark === Number.NEGATIVE_INFINITY) return false;
      if (!Number.isFinite(watermark)) {
        throw new MillraceError('argument', `view "${view}" cannot be merged through ${watermark}: give an instant in milliseconds`);
      }
      const attribute = BOUNDARY_PREFIX + view;
      const change = { set: { [attribute]: watermark }, when: { attribute, below: watermark } };
      return (await table.update(progressKey(stream), change)) !== undefined;
    },

    async countAttempt(task, sequence, expiresAt) {
      const key = { pk: taskPartition(task, 'attempt', sequence), sk: ALONE };
      const item = await table.update(key, { add: { attribute: 'attempts', by: 1 }, set: timeToLive(expiresAt) });
      return Number(item?.attempts) - 1;
    },
  };
}

function progressKey(stream: Omit<TaskId, 'shard'>): Key {
  return { pk: streamPartition(stream, 'progress'), sk: ALONE };
}
