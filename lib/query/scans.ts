import type { Instant } from '../core/instant.ts';
import type { Window } from '../core/window.ts';
import type { Relation } from '../plan/relation.ts';
import { demandsOf, EVERYTHING, type Range } from './demands.ts';
import { operatorOf } from './operator-of.ts';
import type { Windows } from './operators/operator.ts';
import { distinct } from './windows.ts';

/**
 * Which rows of which views are needed to evaluate a relation over a range of its own windows. Windows are needed completely or
 * not at all, so more windows than requested may be read, but never parts of windows.
 *
 * @returns for each view named in the relation, the range of its windows
 */
export function scansOf(relation: Relation, range: Range): Map<string, Range> {
  const scans = new Map<string, Range>();
  for (const { scan, from, to } of demandsOf(relation, range)) {
    const known = scans.get(scan.view);
    scans.set(scan.view, known ? { from: Math.min(known.from, from), to: Math.max(known.to, to) } : { from, to });
  }
  return scans;
}

/** The views a relation's rows are made from. */
export function basesOf(relation: Relation): string[] {
  return [...scansOf(relation, EVERYTHING).keys()];
}

/**
 * Up to which end the windows of a relation are final.
 *
 * @param throughOf up to which end those of a view are
 */
export function finalThrough(relation: Relation, throughOf: (view: string) => Instant): Instant {
  if (relation.kind === 'scan') return throughOf(relation.view);
  const operator = operatorOf(relation);
  const inputs = operator.inputs(relation).map((input) => finalThrough(input, throughOf));
  return operator.finalThrough(relation, inputs);
}

/**
 * The windows a relation can have rows in; `undefined` stands for rows without a window.
 *
 * @param held the windows of a view that hold rows
 * @returns by end, then start; some of them may turn out to hold no rows
 */
export function windowsIn(relation: Relation, held: (view: string) => readonly Window[]): Windows {
  if (relation.kind === 'scan') return distinct(held(relation.view));
  const operator = operatorOf(relation);
  const inputs = operator.inputs(relation).map((input) => windowsIn(input, held));
  return operator.windows(relation, inputs);
}

/** Whether a relation's rows belong to windows. */
export function hasWindows(relation: Relation): boolean {
  const operator = operatorOf(relation);
  return operator.hasWindows(relation, operator.inputs(relation).map(hasWindows));
}
