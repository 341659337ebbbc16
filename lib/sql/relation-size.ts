import type { Relation } from '../plan/relation.ts';
import type { Fail, Place } from './refusal.ts';

/** How many steps a relation may come to: a query of WITH that is named twice is computed twice, and what names that twice, four times. */
const MOST_STEPS = 1000;

/**
 * Refuses relations that come to more steps than anybody would wait for.
 *
 * @param place where to say so
 */
export function checkSize(relation: Relation, place: Place, fail: Fail): void {
  if (stepsOf(relation, new Map()) <= MOST_STEPS) return;
  fail(
    place,
    `this comes to more than ${MOST_STEPS} steps, each part counted as often as others read it`,
    'have fewer parts read the same one twice, or store an aggregate of it as a view of its own',
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
