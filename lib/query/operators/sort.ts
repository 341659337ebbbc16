import type { Sort } from '../../plan/relation.ts';
import { comparator } from '../order.ts';
import { type Operator, WITHIN_WINDOWS } from './operator.ts';

/** Rows in an order. */
export const sort: Operator<Sort> = {
  ...WITHIN_WINDOWS,
  evaluate({ orderBy }, [rows = []]) {
    const compare = comparator(orderBy);
    return rows.toSorted((a, b) => compare(a.row, b.row));
  },
};
