import { createTableStore } from '../items/table-store.ts';
import type { Store } from '../ports.ts';
import { MemoryTable } from './memory-table.ts';

/** A store in memory. */
export interface MemoryStore extends Store {
  /** Deletes what has expired by `now` (instant, ms); without it everything is kept, as a store may. */
  expire(now: number): void;
  /** The items themselves, for tests that look behind the ports. */
  readonly tables: { readonly state: MemoryTable; readonly results: MemoryTable };
}

/**
 * Makes an empty store in memory: for tests, `millrace run` and simulation. It keeps items as the DynamoDB store does and
 * counts the same units; whatever goes in or comes out is a copy.
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
