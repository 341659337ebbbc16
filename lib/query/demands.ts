import type { Relation, Scan } from '../plan/relation.ts';
import { operatorOf } from './operator-of.ts';
import { ANY, EVERYTHING, type Range, type Wanted } from './operators/operator.ts';

export { EVERYTHING, type Range, type Wanted };

/** Which rows of a view a relation needs. */
export interface Demand extends Range {
  readonly scan: Scan;
  /** values of single columns; rows with others are of no use */
  readonly equals: ReadonlyMap<string, readonly unknown[]>;
}

/**
 * Which rows of views are needed to evaluate a relation over a range of its own windows. Filters narrow the demand on their inputs: a row that
 * is not read would not have passed the filter.
 *
 * @returns one demand for each occurrence of a view
 */
export function demandsOf(relation: Relation, range: Range & Partial<Wanted>): Generator<Demand> {
  return needs(relation, { equals: ANY, ...range });
}

function* needs(relation: Relation, wanted: Wanted): Generator<Demand> {
  if (relation.kind === 'scan') {
    yield { ...wanted, scan: relation };
    return;
  }
  const operator = operatorOf(relation);
  const demands = operator.demands(relation, wanted);
  for (const [i, input] of operator.inputs(relation).entries()) yield* needs(input, demands[i] as Wanted);
}
