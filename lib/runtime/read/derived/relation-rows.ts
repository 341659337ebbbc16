import { MillraceError } from '../../../core/errors.ts';
import { hasKeyWindows } from '../../../core/view.ts';
import { type Window, windowLengths } from '../../../core/window.ts';
import type { ViewPlan } from '../../../plan/plan.ts';
import type { Relation } from '../../../plan/relation.ts';
import type { Range } from '../../../query/demands.ts';
import { evaluate } from '../../../query/evaluate.ts';
import { finalThrough, scansOf } from '../../../query/scans.ts';
import type { Tuple } from '../../../query/tuple.ts';
import type { UnitMeter } from '../../units.ts';
import { readRowsOfKeyWindows } from '../key-window-rows.ts';
import { type Reader, viewPlan } from '../reader.ts';
import { readWindowRows } from '../window-rows.ts';
import { readWindows } from '../windows.ts';
import type { Seen } from './seen.ts';
import { ofWholeWindows } from './whole-windows.ts';

/** Windows of one view read for one evaluation. */
const MOST_WINDOWS = 10_000;
/** The same where each row has a window of its own. */
const MOST_ROWS = 100_000;

/** A row of a relation, the window it belongs to, and whether it can still change. */
export interface RelationRow {
  readonly row: Tuple['row'];
  readonly window: Window | undefined;
  readonly final: boolean;
}

/**
 * Evaluates a relation over the windows of a range.
 *
 * @param seen what was seen of each view: read from and added to, so that nothing read later is older
 * @param units where what is read is counted
 * @returns rows of all windows that touch the range, in an order that is the same every time
 * @throws MillraceError `argument` when more windows would have to be read than is reasonable
 */
export async function readRelation(reader: Reader, relation: Relation, range: Range, seen: Seen, units: UnitMeter): Promise<RelationRow[]> {
  seen.begin();
  const tuples = new Map<string, readonly Tuple[]>();
  for (const [view, needed] of scansOf(relation, range)) tuples.set(view, await readTuples(reader, view, needed, seen, units));
  const found = evaluate(relation, (view) => tuples.get(view) ?? []).filter(
    ({ window }) => window === undefined || (window.start <= range.to && window.end >= range.from),
  );
  return judged(reader, relation, found, seen, units);
}

/** What was evaluated, less what has lost a part, and whether each can still change, by what was seen of the views. */
export async function judged(
  reader: Reader,
  relation: Relation,
  found: readonly Tuple[],
  seen: Seen,
  units: UnitMeter,
): Promise<RelationRow[]> {
  const through = finalThrough(relation, (view) => lastFinalEnd(viewPlan(reader, view), seen.through(view)));
  const rows = await ofWholeWindows(reader, relation, found, units);
  return rows.map(({ row, window }) => ({ row, window, final: window !== undefined && window.end <= through }));
}

/** The latest end of a view's final windows: a session that ends right at the boundary is not. */
function lastFinalEnd({ window, allowedLateness }: ViewPlan, through: number): number {
  return through - allowedLateness - (window.kind === 'session' ? 1 : 0);
}

async function readTuples(reader: Reader, view: string, range: Range, seen: Seen, units: UnitMeter): Promise<readonly Tuple[]> {
  const plan = viewPlan(reader, view);
  const { window } = plan;
  if (window.kind === 'global') return readWindow(reader, view, undefined, seen, units);
  if (hasKeyWindows(plan)) {
    const found = await readRowsOfKeyWindows(reader, plan, range, MOST_ROWS, seen.of(view));
    units.take(found.units);
    seen.saw(view, found);
    return found.rows;
  }
  const found = await readWindows(reader, {
    view,
    from: range.from - windowLengths(window).longest,
    to: range.to + 1,
    order: 'asc',
    limit: MOST_WINDOWS,
    asOf: seen.of(view),
  });
  units.take(found.units);
  seen.saw(view, found);
  if (found.next !== undefined) {
    throw new MillraceError(
      'argument',
      `this would read more than ${MOST_WINDOWS} windows of view "${view}": ask for less time, e.g. by from and to`,
    );
  }
  const tuples: Tuple[] = [];
  for (const { start, end } of found.windows) {
    if (end < range.from) continue;
    tuples.push(...(await readWindow(reader, view, { start, end }, seen, units)));
  }
  return tuples;
}

/** @param window `undefined`: the view's one window of all time */
async function readWindow(reader: Reader, view: string, window: Window | undefined, seen: Seen, units: UnitMeter): Promise<Tuple[]> {
  const query = { view, window: window ?? ('latest' as const), orderBy: [], limit: Number.POSITIVE_INFINITY, asOf: seen.of(view) };
  const page = await readWindowRows(reader, query);
  units.take(page.units);
  seen.saw(view, page);
  return page.rows.map(({ final: _, ...row }) => ({ row, window }));
}
