import type { Instant } from '../core/instant.ts';
import { type Window, windowName, windowsOf } from '../core/window.ts';
import type { Relation, RowWindows } from '../plan/relation.ts';
import { demandsOf, EVERYTHING, type Range } from './demands.ts';

/**
 * Which rows of which views a relation needs to be evaluated over a range of its own windows. All rows of a window are needed or
 * none, so what is read may hold more windows than asked for, never parts of them.
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
  switch (relation.kind) {
    case 'scan':
      return throughOf(relation.view);
    case 'join':
      return Math.min(finalThrough(relation.left, throughOf), finalThrough(relation.right, throughOf));
    case 'union':
      return Math.min(...relation.inputs.map((input) => finalThrough(input, throughOf)));
    case 'regroup': {
      if (relation.window === undefined) return Number.NEGATIVE_INFINITY;
      const through = finalThrough(relation.input, throughOf);
      return relation.window === 'input' ? through : through - relation.window.ahead;
    }
    default:
      return finalThrough(relation.input, throughOf);
  }
}

/**
 * The windows a relation can have rows in; `undefined` stands for rows without a window.
 *
 * @param held the windows of a view that hold rows
 * @returns by end, then start; some of them may turn out to hold no rows
 */
export function windowsIn(relation: Relation, held: (view: string) => readonly Window[]): readonly (Window | undefined)[] {
  switch (relation.kind) {
    case 'scan':
      return distinct(held(relation.view));
    case 'join':
      return distinct([...windowsIn(relation.left, held), ...windowsIn(relation.right, held)]);
    case 'union':
      return distinct(relation.inputs.flatMap((input) => windowsIn(input, held)));
    case 'regroup': {
      const { window } = relation;
      if (window === undefined) return [undefined];
      const inner = windowsIn(relation.input, held);
      return window === 'input' ? inner : distinct(inner.flatMap((of) => (of ? touching(window, of) : [])));
    }
    default:
      return windowsIn(relation.input, held);
  }
}

/** The outer windows in which a row of an inner window can fall. */
function touching({ spec }: RowWindows, { start, end }: Window): Window[] {
  const found: Window[] = [];
  let time = start;
  while (time <= end) {
    const windows = windowsOf(spec, time);
    found.push(...windows);
    const next = Math.max(...windows.map((window) => window.end));
    time = next > time ? next : Number.POSITIVE_INFINITY;
  }
  return found;
}

function distinct(windows: readonly (Window | undefined)[]): readonly (Window | undefined)[] {
  const byName = new Map(windows.map((window) => [window ? windowName(window) : '', window]));
  return [...byName.values()].sort((a, b) =>
    a && b ? a.end - b.end || a.start - b.start : Number(a !== undefined) - Number(b !== undefined),
  );
}

/** Whether a relation's rows belong to windows. */
export function hasWindows(relation: Relation): boolean {
  switch (relation.kind) {
    case 'scan':
      return relation.columns.some(({ name }) => name === 'window_start');
    case 'regroup':
      return relation.window === 'input' ? hasWindows(relation.input) : relation.window !== undefined;
    case 'join':
      return hasWindows(relation.left) || hasWindows(relation.right);
    case 'union':
      return relation.inputs.some(hasWindows);
    default:
      return hasWindows(relation.input);
  }
}
