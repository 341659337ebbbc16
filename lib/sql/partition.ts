import type { Grouping } from './group.ts';
import type { EventsQuery, Item } from './query.ts';
import type { Fail } from './refusal.ts';
import { itemOf } from './scope.ts';
import type { WindowCall } from './windows.ts';

/** What Flink's form says that windows are partitioned by. */
export function partitionOf({ partition, table }: WindowCall, items: readonly Item[], fail: Fail): EventsQuery['partition'] {
  return partition?.map((node) => {
    const item = itemOf(node, items);
    return item
      ? { node, bound: item.bound }
      : fail(node, `PARTITION BY takes columns of ${table}`, 'several of them in parentheses: PARTITION BY (a, b)');
  });
}

/** Windows of a key's own are of what is grouped by: Flink's form says it twice. */
export function checkPartition({ keys }: Grouping, { partition }: EventsQuery, fail: Fail): void {
  if (!partition) return;
  const others = new Set(keys.map(({ input }) => input.structure));
  const hint = 'group by window_start, window_end and all that the table is partitioned by, and by nothing else';
  for (const { node, bound } of partition) {
    if (!others.delete(bound.structure)) fail(node, 'what the table is partitioned by must be in GROUP BY', hint);
  }
  const [first] = partition;
  if (others.size > 0 && first) fail(first.node, 'GROUP BY has more than the table is partitioned by', hint);
}
