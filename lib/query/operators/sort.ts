import type { Sort } from '../../plan/relation.ts';
import { orderedBy } from '../order.ts';
import { type Operator, WITHIN_WINDOWS } from './operator.ts';

/** Rows in an order. */
export const sort: Operator<Sort> = {
  ...WITHIN_WINDOWS,
  evaluate: ({ orderBy }, [rows = []], _, failures) => orderedBy(orderBy, rows, failures).rows,
};
