import type { Grouping } from './group.ts';
import type { EventsQuery, Item } from './query.ts';
import type { Fail } from './refusal.ts';
import { itemOf } from './scope.ts';
import type { WindowCall } from './windows.ts';

/** The columns of PARTITION BY in Flink's window syntax. */
export function partitionOf({ partition, table }: WindowCall, items: readonly Item[], fail: Fail): EventsQuery['partition'] {
  return partition?.map((node) => {
    const item = itemOf(node, items);
    return item
      ? { node, bound: item.bound }
      : fail(node, `PARTITION BY takes columns of ${table}`, 'several of them in parentheses: PARTITION BY (a, b)');
  });
}

/** The key of unaligned windows is what the query groups by; Flink's PARTITION BY must name the same columns. */
export function checkPartition({ keys }: Grouping, { partition }: EventsQuery, fail: Fail): void {
  if (!partition) return;
  const others = new Set(keys.map(({ input }) => input.structure));
  const hint = 'group by window_start, window_end and exactly the columns of PARTITION BY';
  for (const { node, bound } of partition) {
    if (!others.delete(bound.structure)) fail(node, 'the columns of PARTITION BY must be in GROUP BY', hint);
  }
  const [first] = partition;
  if (others.size > 0 && first) fail(first.node, 'GROUP BY has columns that PARTITION BY does not have', hint);
}
