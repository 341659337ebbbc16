import type { Rank } from '../../plan/relation.ts';
import { groupKey } from '../group-key.ts';
import { comparator } from '../order.ts';
import { emptyRow, type Spend, sizeCost, type Tuple, widthCost, windowOf } from '../tuple.ts';
import { ANY, type Operator, WITHIN_WINDOWS } from './operator.ts';

/** A column with each row's place among those of its partition. */
export const rank: Operator<Rank> = {
  ...WITHIN_WINDOWS,
  evaluate: (relation, [rows = []], spend) => ranked(relation, rows, spend),
  // A row's place depends on the others of its window.
  demands: (_, wanted) => [{ ...wanted, equals: ANY }],
  order: ({ as }) => [{ column: as, descending: false }],
};

/** Adds each row's place in its partition. Rows that are equal in the order keep their input order. */
function ranked(relation: Rank, input: readonly Tuple[], spend: Spend): Tuple[] {
  const { partitionBy, orderBy, as } = relation;
  const width = widthCost(relation.columns.length);
  const partitions = new Map<string, Tuple[]>();
  for (const tuple of input) {
    const name = groupKey([windowOf(tuple), ...partitionBy.map((value) => value(tuple.row))]);
    spend(width + sizeCost(name));
    const partition = partitions.get(name);
    if (partition) partition.push(tuple);
    else partitions.set(name, [tuple]);
  }
  const compare = comparator(orderBy);
  return [...partitions.values()].flatMap((partition) => {
    const sorted = partition.toSorted((a, b) => compare(a.row, b.row));
    let [place, distinct] = [0, 0];
    return sorted.map(({ row, window }, i) => {
      const before = sorted[i - 1];
      if (before === undefined || compare(before.row, row) !== 0) {
        place = i + 1;
        distinct++;
      }
      const value = { row_number: i + 1, rank: place, dense_rank: distinct }[relation.function];
      return { row: Object.assign(emptyRow(), row, { [as]: value }), window };
    });
  });
}
