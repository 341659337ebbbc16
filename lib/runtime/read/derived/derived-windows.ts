import { MillraceError } from '../../../core/errors.ts';
import { type Window, windowLengths, windowName } from '../../../core/window.ts';
import type { Narrowing, Relation } from '../../../plan/relation.ts';
import { hasWindows, scansOf, windowsIn } from '../../../query/scans.ts';
import { viewPlan } from '../reader.ts';
import type { Reading } from '../reading.ts';
import { Budget, type ReadLimits } from '../relation/budget.ts';
import { ALL_ROWS, type RelationRow, readRelation } from '../relation/relation-rows.ts';
import { listWindows } from '../windows.ts';

/** Maximum number of windows evaluated at once. */
const CHUNK = 20;
/** The same for windows of any length: all earlier ones must be read to find those that end next. */
const CHUNK_OF_ANY_LENGTH = 1000;
/** Limits of one evaluation. They are higher than those of an ad hoc query, because one row of a definition can aggregate a day of minutes. */
const LIMITS: ReadLimits = { pages: 20_000, rows: 250_000, steps: 10_000_000, seconds: 20 };

/** A window of a derived view with its rows; `undefined` for a view that has no windows. */
export interface DerivedWindow {
  readonly window: Window | undefined;
  readonly rows: readonly RelationRow[];
}

/** Which windows of a derived view, in which order. */
export interface WindowsRange {
  /** windows that start in `[from, to)` */
  readonly from: number;
  readonly to: number;
  readonly order: 'asc' | 'desc';
  /** continue after this window */
  readonly after?: Window | undefined;
  /** how many windows will probably be needed: this many are evaluated first */
  readonly ahead: number;
  /** requested values of columns; rows with other values may be included */
  readonly equals: Narrowing['equals'];
}

/**
 * The windows of a derived view, by end and then start, evaluated a few at a time on demand. A window without remaining rows
 * is returned too, without rows, so that a reader knows how far the search has come.
 *
 * @throws MillraceError `limit` if a single window exceeds the limits
 */
export async function* derivedWindows(reading: Reading, relation: Relation, range: WindowsRange): AsyncGenerator<DerivedWindow> {
  let { after } = range;
  for (let ahead = range.ahead; ; ahead *= 4) {
    const windows = await nextWindows(reading, relation, { ...range, after, ahead });
    const [first] = windows;
    if (windows.length === 0) return;
    if (first === undefined) {
      const rows = await readRelation(reading, relation, { ...ALL_ROWS, equals: range.equals }, new Budget(LIMITS));
      yield { window: undefined, rows };
      return;
    }
    const known = windows.filter((window) => window !== undefined);
    for (const window of await evaluated(reading, relation, known, range.equals)) {
      yield window;
      after = window.window;
    }
  }
}

/** Windows with their rows: all, or as many of the first as can be read at once. */
async function evaluated(
  reading: Reading,
  relation: Relation,
  windows: readonly Window[],
  equals: Narrowing['equals'],
): Promise<DerivedWindow[]> {
  const span = { from: Math.min(...windows.map(({ start }) => start)), to: Math.max(...windows.map(({ end }) => end)) };
  try {
    const rows = await readRelation(reading, relation, { ...span, equals }, new Budget(LIMITS));
    const byWindow = Map.groupBy(rows, (row) => (row.window ? windowName(row.window) : ''));
    return windows.map((window) => ({ window, rows: byWindow.get(windowName(window)) ?? [] }));
  } catch (error) {
    if (windows.length === 1 || !(error instanceof MillraceError && error.code === 'limit')) throw error;
    return evaluated(reading, relation, windows.slice(0, Math.floor(windows.length / 4) || 1), equals);
  }
}

/** The next few windows in which there can be rows. */
async function nextWindows(
  reading: Reading,
  relation: Relation,
  { from, to, order, after, ahead }: WindowsRange,
): Promise<readonly (Window | undefined)[]> {
  if (!hasWindows(relation)) return after === undefined ? [undefined] : [];
  const bounds =
    order === 'asc'
      ? { from: Math.max(from, after?.end ?? Number.NEGATIVE_INFINITY), to: Number.POSITIVE_INFINITY }
      : { from, to: after?.end ?? Number.POSITIVE_INFINITY };
  const scans = scansOf(relation, bounds);
  const lengths = new Map(Array.from(scans.keys(), (view) => [view, windowLengths(viewPlan(reading.reader, view).window)]));
  const ofAnyLength = lengths.values().some(({ longest }) => longest === Number.POSITIVE_INFINITY);
  const chunk = ofAnyLength ? CHUNK_OF_ANY_LENGTH : Math.min(CHUNK, ahead);
  for (let limit = chunk; ; limit *= 4) {
    const held = new Map<string, readonly Window[]>();
    // More windows may follow the last one that was listed of a view.
    let frontier = order === 'asc' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    let complete = true;
    for (const [view, needed] of scans) {
      const longest = lengths.get(view)?.longest ?? 0;
      const page = await listWindows(reading, viewPlan(reading.reader, view), {
        from: needed.from - longest,
        to: needed.to === Number.POSITIVE_INFINITY ? undefined : needed.to + 1,
        order,
        limit,
      });
      held.set(view, page.windows);
      const last = page.windows.at(-1);
      if (page.next === undefined || !last) continue;
      complete = false;
      // If windows can have any length, earlier ones may end later.
      const latest = longest === Number.POSITIVE_INFINITY ? longest : last.end;
      frontier = order === 'asc' ? Math.min(frontier, last.start) : Math.max(frontier, latest);
    }
    const windows = windowsIn(relation, (view) => held.get(view) ?? []);
    const wanted = windows.filter(
      (window): window is Window =>
        window !== undefined &&
        window.start >= from &&
        window.start < to &&
        (after === undefined || isBehind(window, after, order)) &&
        (complete || (order === 'asc' ? window.end < frontier : window.start > frontier)),
    );
    if (wanted.length > 0 || complete) return (order === 'asc' ? wanted : wanted.toReversed()).slice(0, chunk);
  }
}

function isBehind(window: Window, after: Window, order: 'asc' | 'desc'): boolean {
  const difference = window.end - after.end || window.start - after.start;
  return order === 'asc' ? difference > 0 : difference < 0;
}
