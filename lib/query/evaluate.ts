import type { Relation } from '../plan/relation.ts';
import { operatorOf } from './operator-of.ts';
import { type Failures, RowErrors } from './row-errors.ts';
import type { Spend, Tuple } from './tuple.ts';

/** How a relation is evaluated. */
export interface Evaluation {
  /** what bounds the work; default nothing */
  readonly spend?: Spend;
  /** collects the rows that are left out */
  readonly errors?: RowErrors;
  /**
   * relations whose errors stay in their rows, with all they are made from; an error outside of them that is not one of their columns' is thrown.
   * Default: each error stays in its row
   */
  readonly tolerant?: ReadonlySet<Relation>;
}

/**
 * Evaluates a relation over rows that were read. Pure: the same rows give the same result, in the same order. A column that cannot be
 * computed for a row is NULL there, with the reason in the tuple's `errors`, and every expression that reads it fails for that reason. A row of
 * which a condition or a key cannot be computed is left out and counted.
 *
 * @param rowsOf the rows of a view, in one order every time: all of each window that `scansOf` named
 * @returns rows of the requested windows, and possibly of others that were also read
 * @throws whatever `spend` throws; errors of rows outside of `tolerant`
 */
export function evaluate(relation: Relation, rowsOf: (view: string) => readonly Tuple[], options: Evaluation = {}): readonly Tuple[] {
  const { spend = () => {}, errors = new RowErrors(), tolerant } = options;
  const within = (of: Relation, failures: Failures): readonly Tuple[] => {
    if (of.kind === 'scan') return rowsOf(of.view);
    const operator = operatorOf(of);
    const own = tolerant?.has(of) ? errors.tolerant : failures;
    const inputs = operator.inputs(of).map((input) => {
      const rows = within(input, own);
      spend(rows.length + 1);
      return rows;
    });
    return operator.evaluate(of, inputs, spend, own);
  };
  return within(relation, tolerant ? errors.strict : errors.tolerant);
}
