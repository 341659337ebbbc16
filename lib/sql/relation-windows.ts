import type { WindowSpec } from '../core/window.ts';
import type { Plan } from '../plan/plan.ts';
import type { Relation } from '../plan/relation.ts';
import type { RowsWindows } from './query.ts';

/** The windows that rows of a window's kind belong to. */
export function rowsWindows(spec: WindowSpec): RowsWindows {
  return { fixed: true, longest: spec.size, structure: JSON.stringify(spec) };
}

/** The windows of several kinds of rows put together; `undefined` when some have none. */
export function sameWindows(left: RowsWindows | undefined, right: RowsWindows | undefined): RowsWindows | undefined {
  if (!left || !right) return undefined;
  const same = left.structure === right.structure;
  return {
    fixed: same && left.fixed,
    longest: Math.max(left.longest, right.longest),
    structure: same ? left.structure : `${left.structure} ${right.structure}`,
  };
}

/** The windows that a relation's rows belong to; `undefined` when they belong to none. */
export function relationWindows(relation: Relation, views: Plan['views']): RowsWindows | undefined {
  switch (relation.kind) {
    case 'scan': {
      const view = views.find(({ name }) => name === relation.view);
      return view && rowsWindows(view.window);
    }
    case 'join':
      return relationWindows(relation.left, views);
    case 'union':
      return relation.inputs.map((input) => relationWindows(input, views)).reduce(sameWindows);
    case 'regroup':
      if (relation.window === 'input') return relationWindows(relation.input, views);
      return relation.window && rowsWindows(relation.window.spec);
    default:
      return relationWindows(relation.input, views);
  }
}
