import type { Relation } from '../plan/relation.ts';
import { operatorOf } from './operator-of.ts';
import type { Spend, Tuple } from './tuple.ts';

/**
 * Evaluates a relation over rows that were read. Pure: the same rows give the same result, in the same order.
 *
 * @param rowsOf the rows of a view, in one order every time: all of each window that `scansOf` named
 * @param spend limits the work; default: no limit
 * @returns rows of the requested windows, and possibly of others that were also read
 * @throws any error of a user's function in the relation
 */
export function evaluate(relation: Relation, rowsOf: (view: string) => readonly Tuple[], spend: Spend = () => {}): readonly Tuple[] {
  if (relation.kind === 'scan') return rowsOf(relation.view);
  const operator = operatorOf(relation);
  const inputs = operator.inputs(relation).map((input) => {
    const rows = evaluate(input, rowsOf, spend);
    spend(rows.length + 1);
    return rows;
  });
  return operator.evaluate(relation, inputs, spend);
}
