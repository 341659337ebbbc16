import type { Instant } from '../core/instant.ts';
import { windowsOf } from '../core/window.ts';
import type { Relation } from '../plan/relation.ts';
import { basesOf } from './scans.ts';

/**
 * Up to which end the windows of views have to be final so that all rows of a relation are that have a window. That can be more than
 * the view itself has rows for: the other side of a join, or the rest of a larger window, has to be over as well.
 *
 * @param lastEnd the end of the last window in which a view has rows; −Infinity where it has none
 * @returns by view; none where rows wait for nothing but the windows they are made from
 */
export function awaitedEnds(relation: Relation, lastEnd: (view: string) => Instant): ReadonlyMap<string, Instant> {
  const awaited = new Map<string, Instant>();
  if (awaitsOthers(relation)) collect(relation, latestEnd(relation, lastEnd), awaited);
  return awaited;
}

/** Whether rows of a relation can have to wait for more than the windows they are made from. */
export function awaitsOthers(relation: Relation): boolean {
  return basesOf(relation).length > 1 || hasLargerWindows(relation);
}

function hasLargerWindows(relation: Relation): boolean {
  switch (relation.kind) {
    case 'scan':
      return false;
    case 'join':
      return hasLargerWindows(relation.left) || hasLargerWindows(relation.right);
    case 'union':
      return relation.inputs.some(hasLargerWindows);
    case 'regroup':
      return typeof relation.window === 'object' || hasLargerWindows(relation.input);
    default:
      return hasLargerWindows(relation.input);
  }
}

function latestEnd(relation: Relation, lastEnd: (view: string) => Instant): Instant {
  switch (relation.kind) {
    case 'scan':
      return lastEnd(relation.view);
    case 'join':
      return Math.max(latestEnd(relation.left, lastEnd), latestEnd(relation.right, lastEnd));
    case 'union':
      return Math.max(...relation.inputs.map((input) => latestEnd(input, lastEnd)));
    case 'regroup': {
      const { window } = relation;
      if (window === undefined) return Number.NEGATIVE_INFINITY;
      const inner = latestEnd(relation.input, lastEnd);
      // Whatever instant of its own window a row goes by, it is none later than its end.
      return window === 'input' || !Number.isFinite(inner) ? inner : (windowsOf(window.spec, inner).at(-1)?.end ?? inner);
    }
    default:
      return latestEnd(relation.input, lastEnd);
  }
}

function collect(relation: Relation, end: Instant, awaited: Map<string, Instant>): void {
  switch (relation.kind) {
    case 'scan':
      if (Number.isFinite(end)) awaited.set(relation.view, Math.max(end, awaited.get(relation.view) ?? end));
      break;
    case 'join':
      collect(relation.left, end, awaited);
      collect(relation.right, end, awaited);
      break;
    case 'union':
      for (const input of relation.inputs) collect(input, end, awaited);
      break;
    case 'regroup':
      if (relation.window !== undefined) collect(relation.input, end + (relation.window === 'input' ? 0 : relation.window.ahead), awaited);
      break;
    default:
      collect(relation.input, end, awaited);
  }
}
