import type { SparseIndex } from './application-table.ts';

/** Log entries that hold late events and those that hold dead letters, by stream, newest first: found without reading every entry. */
export const STATE_INDEXES: readonly SparseIndex[] = [
  { name: 'late', partitionKey: 'late_of', sortKey: 'late_at' },
  { name: 'dead', partitionKey: 'dead_of', sortKey: 'dead_at' },
];
