import type { Store, TaskId, ViewId } from '../../../lib/store/ports.ts';
import type { StoreUnderTest } from '../../support/stores.ts';

/** What the suite's tests are given; the store is there once the suite has started. */
export interface Given {
  readonly under: StoreUnderTest;
  readonly store: Store;
  /** A task no other test uses. */
  readonly newTask: (shard?: string) => TaskId;
  /** A view no other test uses. */
  readonly newView: () => ViewId;
}
