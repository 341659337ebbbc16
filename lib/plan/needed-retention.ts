import { windowLengths } from '../core/window.ts';
import type { Relation } from './relation.ts';

/**
 * How long rows of views are needed so that rows of a relation can become final: from the start of the first window a row is made of to
 * the end of the last one. Where a relation has no final rows, nothing is needed.
 *
 * @returns milliseconds, by view
 */
export function neededRetention(relation: Relation): ReadonlyMap<string, number> {
  const needed = new Map<string, number>();
  collect(relation, 0, needed);
  return needed;
}

function collect(relation: Relation, outer: number, needed: Map<string, number>): void {
  switch (relation.kind) {
    case 'scan':
      needed.set(relation.view, Math.max(outer, needed.get(relation.view) ?? 0));
      break;
    case 'join':
      collect(relation.left, outer, needed);
      collect(relation.right, outer, needed);
      break;
    case 'union':
      for (const input of relation.inputs) collect(input, outer, needed);
      break;
    case 'regroup': {
      const { window } = relation;
      if (window === undefined) break;
      collect(relation.input, window === 'input' ? outer : outer + windowLengths(window.spec).longest + window.ahead, needed);
      break;
    }
    default:
      collect(relation.input, outer, needed);
  }
}
