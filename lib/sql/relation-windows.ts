import { sliceLength, type TimeWindowSpec, type WindowSpec, windowLengths } from '../core/window.ts';
import type { Plan } from '../plan/plan.ts';
import type { Relation } from '../plan/relation.ts';
import type { RowsWindows } from './query.ts';

/** The windows of rows with a kind of window; none for the global window. */
export function rowsWindows(spec: WindowSpec): RowsWindows | undefined {
  if (spec.kind === 'global') return undefined;
  return {
    fixed: isFixed(spec.kind),
    longest: windowLengths(spec).longest,
    structure: JSON.stringify(spec),
    ...(spec.kind === 'tumbling' ? { tiles: { size: spec.size, offset: spec.offset } } : {}),
  };
}

/** Whether one bound of such windows determines the other. */
export function isFixed(kind: WindowSpec['kind']): boolean {
  return kind !== 'cumulate' && kind !== 'session';
}

/**
 * How far, in milliseconds, an inner window can extend past the end of the outer window that contains its start. It is zero if the
 * inner windows fill the slices of the outer ones exactly.
 */
export function endPastStart({ tiles, longest }: RowsWindows, outer: TimeWindowSpec): number {
  if (outer.kind === 'calendar' || outer.kind === 'global') return longest;
  const fills = tiles && sliceLength(outer) % tiles.size === 0 && (outer.offset - tiles.offset) % tiles.size === 0;
  return fills ? 0 : longest;
}

/** The combined windows of several kinds of rows; `undefined` if some rows have none. */
export function sameWindows(left: RowsWindows | undefined, right: RowsWindows | undefined): RowsWindows | undefined {
  if (!left || !right) return undefined;
  if (left.structure === right.structure) return left;
  return {
    fixed: false,
    longest: Math.max(left.longest, right.longest),
    structure: `${left.structure} ${right.structure}`,
  };
}

/** The windows of a relation's rows; `undefined` if they have none. */
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
