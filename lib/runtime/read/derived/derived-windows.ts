import { type Window, windowLengths, windowName } from '../../../core/window.ts';
import type { DerivedViewPlan, Relation } from '../../../plan/relation.ts';
import { scansOf, windowsIn } from '../../../query/scans.ts';
import type { UnitMeter } from '../../units.ts';
import { type Reader, viewPlan } from '../reader.ts';
import { readWindows } from '../windows.ts';
import { type RelationRow, readRelation } from './relation-rows.ts';
import type { Seen } from './seen.ts';

/** Windows evaluated at once. */
const CHUNK = 20;
/** The same where windows can be of any length: all that began before have to be looked at to find those that end next. */
const CHUNK_OF_ANY_LENGTH = 1000;

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
  /** go on behind this window */
  readonly after?: Window | undefined;
}

/**
 * The windows of a derived view, by end and then start, evaluated a few at a time as they are asked for. A window of which no row
 * is left comes along too, without rows, so that a reader knows how far it has come.
 */
export async function* derivedWindows(
  reader: Reader,
  { relation }: DerivedViewPlan,
  range: WindowsRange,
  seen: Seen,
  units: UnitMeter,
): AsyncGenerator<DerivedWindow> {
  let { after } = range;
  for (;;) {
    const windows = await nextWindows(reader, relation, { ...range, after }, seen, units);
    const [first] = windows;
    if (windows.length === 0) return;
    if (first === undefined) {
      const rows = await readRelation(reader, relation, { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }, seen, units);
      yield { window: undefined, rows };
      return;
    }
    const known = windows.filter((window) => window !== undefined);
    const span = { from: Math.min(...known.map(({ start }) => start)), to: Math.max(...known.map(({ end }) => end)) };
    const rows = await readRelation(reader, relation, span, seen, units);
    const byWindow = Map.groupBy(rows, (row) => (row.window ? windowName(row.window) : ''));
    for (const window of known) yield { window, rows: byWindow.get(windowName(window)) ?? [] };
    after = known.at(-1);
  }
}

/** The next few windows in which there can be rows. */
async function nextWindows(
  reader: Reader,
  relation: Relation,
  { from, to, order, after }: WindowsRange,
  seen: Seen,
  units: UnitMeter,
): Promise<readonly (Window | undefined)[]> {
  const bounds =
    order === 'asc'
      ? { from: Math.max(from, after?.end ?? Number.NEGATIVE_INFINITY), to: Number.POSITIVE_INFINITY }
      : { from, to: after?.end ?? Number.POSITIVE_INFINITY };
  const scans = scansOf(relation, bounds);
  const ofAnyLength = scans.keys().some((view) => windowLengths(viewPlan(reader, view).window).longest === Number.POSITIVE_INFINITY);
  const chunk = ofAnyLength ? CHUNK_OF_ANY_LENGTH : CHUNK;
  for (let limit = chunk; ; limit *= 4) {
    const held = new Map<string, readonly Window[]>();
    // Behind the last window that was listed of a view, others may follow.
    let frontier = order === 'asc' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    let complete = true;
    for (const [view, needed] of scans) {
      const { longest } = windowLengths(viewPlan(reader, view).window);
      const page = await readWindows(reader, {
        view,
        from: needed.from - longest,
        to: needed.to === Number.POSITIVE_INFINITY ? undefined : needed.to + 1,
        order,
        limit,
        asOf: seen.of(view),
      });
      units.take(page.units);
      seen.saw(view, page);
      held.set(view, page.windows);
      const last = page.windows.at(-1);
      if (page.next === undefined || !last) continue;
      complete = false;
      // Those that began before may end later, if they can be of any length.
      const latest = longest === Number.POSITIVE_INFINITY ? longest : last.end;
      frontier = order === 'asc' ? Math.min(frontier, last.start) : Math.max(frontier, latest);
    }
    const windows = windowsIn(relation, (view) => held.get(view) ?? []);
    if (windows.includes(undefined)) return after === undefined ? [undefined] : [];
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
