import type { Instant } from '../core/instant.ts';
import type { Relation } from '../plan/relation.ts';
import { operatorOf } from './operator-of.ts';
import { basesOf } from './scans.ts';

/**
 * Up to which end the windows of views must be final so that all rows of a relation with a window are final. That can be later than
 * the view's last row: the other side of a join, or the rest of a larger window, must have ended too.
 *
 * @param lastEnd the end of the last window in which a view has rows; −Infinity where it has none
 * @returns by view; none if rows only wait for the windows they are made from
 */
export function awaitedEnds(relation: Relation, lastEnd: (view: string) => Instant): ReadonlyMap<string, Instant> {
  const awaited = new Map<string, Instant>();
  if (awaitsOthers(relation)) collect(relation, latestEnd(relation, lastEnd), awaited);
  return awaited;
}

/** Whether rows of a relation may wait for more than the windows they are made from. */
export function awaitsOthers(relation: Relation): boolean {
  return basesOf(relation).length > 1 || hasLargerWindows(relation);
}

function hasLargerWindows(relation: Relation): boolean {
  const operator = operatorOf(relation);
  return operator.makesLargerWindows(relation) || operator.inputs(relation).some(hasLargerWindows);
}

function latestEnd(relation: Relation, lastEnd: (view: string) => Instant): Instant {
  if (relation.kind === 'scan') return lastEnd(relation.view);
  const operator = operatorOf(relation);
  const inputs = operator.inputs(relation).map((input) => latestEnd(input, lastEnd));
  return operator.lastEnd(relation, inputs);
}

function collect(relation: Relation, end: Instant, awaited: Map<string, Instant>): void {
  if (relation.kind === 'scan') {
    if (Number.isFinite(end)) awaited.set(relation.view, Math.max(end, awaited.get(relation.view) ?? end));
    return;
  }
  const operator = operatorOf(relation);
  const inner = operator.awaits(relation, end);
  if (inner === undefined) return;
  for (const input of operator.inputs(relation)) collect(input, inner, awaited);
}
