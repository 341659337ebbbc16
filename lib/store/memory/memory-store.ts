import { createTableStore } from '../items/table-store.ts';
import type { Store } from '../ports.ts';
import { MemoryTable } from './memory-table.ts';

/** A store in memory. */
export interface MemoryStore extends Store {
  /** Deletes what has expired by `now` (instant, ms); without this call, expired items are kept, which a store may do. */
  expire(now: number): void;
  /** The stored items, for tests that inspect them. */
  readonly tables: { readonly state: MemoryTable; readonly results: MemoryTable };
}

/**
 * Makes an empty store in memory: for tests, `millrace run` and simulation. It keeps items as the DynamoDB store does and
 * counts the same units. All inputs and outputs are copied.
 *
 * @example
 * ```ts
 * const store = createMemoryStore();
 * await store.log.append({ application: 'shop', stream: 'clicks', shard: 'shardId-000000000000' }, entry);
 * ```
 */
export function createMemoryStore(): MemoryStore {
  const tables = { state: new MemoryTable(), results: new MemoryTable() };
  return {
    ...createTableStore(tables),
    tables,
    expire: (now) => {
      tables.state.expire(now);
      tables.results.expire(now);
    },
  };
}
