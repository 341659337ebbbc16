import type { FoundEntry, LogStore, StoredEntry, TaskId } from '../ports.ts';
import { expiry, readBodies, readExpiry, withBody } from './body.ts';
import { INDEXES, type Item } from './item.ts';
import type { ItemTable } from './item-table.ts';
import { indexKey, instantKey, partition, streamPartition, taskPartition } from './keys.ts';

/** Logs: one partition a task, one item an entry. */
export function tableLog(table: ItemTable): LogStore {
  return {
    async read(task, from) {
      const items = await table.query({ pk: taskPartition(task, 'log'), from: indexKey(from), consistent: true });
      return entriesOf(table, items, true);
    },

    async append(task, entry, beforeEntry) {
      const item = await withBody(table, entryItem(task, entry), entry.body, entry.expiresAt);
      return table.putIf(item, undefined, beforeEntry);
    },

    async find(what, stream, { limit, before }) {
      const { sort } = INDEXES[what];
      const query = { pk: streamPartition(stream), index: what, order: 'desc', consistent: false } as const;
      // Both bounds are inclusive, so one more for `before` itself, and one to see whether more follow.
      const found = await table.query({ ...query, ...(before === undefined ? {} : { to: before }), limit: limit + 2 });
      const older = found.filter((item) => item[sort] !== before);
      const page = older.slice(0, limit);
      const items = await table.getAll(
        page.map(({ pk, sk }) => ({ pk, sk })),
        false,
      );
      // An entry can be deleted between the two reads.
      const there = items.filter((item) => item !== undefined);
      const entries = (await entriesOf(table, there, false)).map(
        (entry, i): FoundEntry => ({ ...entry, shard: String(there[i]?.shard), token: String(there[i]?.[sort]) }),
      );
      const last = page.at(-1);
      return older.length > limit && last ? { entries, next: String(last[sort]) } : { entries };
    },
  };
}

function entryItem(task: TaskId, entry: StoredEntry): Item {
  const { index, nonce, committedAt, late, dead, expiresAt } = entry;
  const of = streamPartition(task);
  const at = `${instantKey(committedAt)}#${partition(task.shard, indexKey(index))}`;
  return {
    pk: taskPartition(task, 'log'),
    sk: indexKey(index),
    nonce,
    committed_at: committedAt,
    ...expiry(expiresAt),
    ...(late > 0 ? { late, late_of: of, late_at: at } : {}),
    ...(dead > 0 ? { dead, dead_of: of, dead_at: at } : {}),
    ...(late > 0 || dead > 0 ? { shard: task.shard } : {}),
  };
}

async function entriesOf(table: ItemTable, items: readonly Item[], consistent: boolean): Promise<StoredEntry[]> {
  const bodies = await readBodies(table, items, consistent);
  return items.map((item, i) => ({
    index: Number(item.sk),
    nonce: String(item.nonce),
    body: bodies[i] as Uint8Array,
    committedAt: Number(item.committed_at),
    expiresAt: readExpiry(item),
    late: Number(item.late ?? 0),
    dead: Number(item.dead ?? 0),
  }));
}
