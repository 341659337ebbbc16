import type { Relation } from '../plan/relation.ts';
import type { Fail, Place } from './refusal.ts';

/** The maximum number of steps of a relation. A query of WITH that is read twice is computed twice, and one that reads it twice, four times. */
const MOST_STEPS = 1000;

/**
 * Refuses relations with too many steps.
 *
 * @param place where to report it
 */
export function checkSize(relation: Relation, place: Place, fail: Fail): void {
  if (stepsOf(relation, new Map()) <= MOST_STEPS) return;
  fail(
    place,
    `this has more than ${MOST_STEPS} steps; each part counts as often as others read it`,
    'read the same part less often, or store an aggregate of it as a separate view',
  );
}

function stepsOf(relation: Relation, known: Map<Relation, number>): number {
  let steps = known.get(relation);
  if (steps === undefined) {
    steps = 1 + inputsOf(relation).reduce((sum, input) => sum + stepsOf(input, known), 0);
    known.set(relation, steps);
  }
  return steps;
}

function inputsOf(relation: Relation): readonly Relation[] {
  if ('inputs' in relation) return relation.inputs;
  if ('input' in relation) return [relation.input];
  return 'left' in relation ? [relation.left, relation.right] : [];
}
