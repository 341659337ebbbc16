import type { Relation } from '../plan/relation.ts';
import { operatorOf } from './operator-of.ts';
import type { ColumnOrder } from './operators/operator.ts';

export type { ColumnOrder };

/** The default order of a relation's rows: by rank, if they are ranked and the rank is among the columns. */
export function naturalOrder(relation: Relation): ColumnOrder {
  const operator = operatorOf(relation);
  const [input, other] = operator.inputs(relation);
  return operator.order(relation, input && !other ? naturalOrder(input) : []);
}
