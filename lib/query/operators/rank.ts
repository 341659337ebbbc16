import type { Rank } from '../../plan/relation.ts';
import { groupKey } from '../group-key.ts';
import { orderedBy } from '../order.ts';
import { type Failures, readable } from '../row-errors.ts';
import { emptyRow, type Spend, sizeCost, type Tuple, widthCost, windowOf } from '../tuple.ts';
import { ANY, type Operator, WITHIN_WINDOWS } from './operator.ts';

/** A column with each row's place among those of its partition. */
export const rank: Operator<Rank> = {
  ...WITHIN_WINDOWS,
  evaluate: (relation, [rows = []], spend, failures) => ranked(relation, rows, spend, failures),
  // A row's place depends on the others of its window.
  demands: (_, wanted) => [{ ...wanted, equals: ANY }],
  order: ({ as }) => [{ column: as, descending: false }],
};

/** Adds each row's place in its partition. Rows that are equal in the order keep their input order. */
function ranked(relation: Rank, input: readonly Tuple[], spend: Spend, failures: Failures): Tuple[] {
  const { partitionBy, orderBy, as } = relation;
  const width = widthCost(relation.columns.length);
  const partitions = new Map<string, Tuple[]>();
  for (const tuple of input) {
    const name = partitionOf(tuple, partitionBy, failures);
    if (name === undefined) continue;
    spend(width + sizeCost(name));
    const partition = partitions.get(name);
    if (partition) partition.push(tuple);
    else partitions.set(name, [tuple]);
  }
  return [...partitions.values()].flatMap((partition) => {
    const { rows: sorted, compare } = orderedBy(orderBy, partition, failures);
    let [place, distinct] = [0, 0];
    return sorted.map((tuple, i) => {
      const before = sorted[i - 1];
      if (before === undefined || compare(before, tuple) !== 0) {
        place = i + 1;
        distinct++;
      }
      const value = { row_number: i + 1, rank: place, dense_rank: distinct }[relation.function];
      return { ...tuple, row: Object.assign(emptyRow(), tuple.row, { [as]: value }) };
    });
  });
}

/** `undefined` if it cannot be computed: the row is then in none. */
function partitionOf(tuple: Tuple, partitionBy: Rank['partitionBy'], failures: Failures): string | undefined {
  try {
    const row = readable(tuple);
    return groupKey([windowOf(tuple), ...partitionBy.map((value) => value(row))]);
  } catch (error) {
    failures.leaveOut(error);
    return undefined;
  }
}
