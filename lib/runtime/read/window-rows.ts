import type { Row } from '../../core/column.ts';
import { MillraceError } from '../../core/errors.ts';
import { formatInstant } from '../../core/instant.ts';
import { resultValues } from '../../core/result.ts';
import { hasKeyWindows, timed } from '../../core/view.ts';
import { startsAround, type Window, windowLengths } from '../../core/window.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import { byColumns, comparator as compareRows } from '../../query/order.ts';
import { finalWindowsOfAll } from './final-key-windows.ts';
import { finalWindows, panesByPage } from './final-panes.ts';
import { rowOf } from './key-rows.ts';
import { Least } from './least.ts';
import { type OpenWindow, windowsNotFinal } from './open-windows.ts';
import type { RowsPage, WantedWindow, WindowQuery } from './query.ts';
import type { Reader } from './reader.ts';
import { type Reading, readView, type Snapshot } from './reading.ts';

/** The values a row is sorted by: its key, and the requested columns. */
interface Place {
  readonly key: string;
  readonly row: Row;
}

/** A window's panes, a part at a time. */
interface Panes {
  readonly window: Window;
  readonly parts: AsyncIterable<ReadonlyMap<string, unknown[]>> | Iterable<ReadonlyMap<string, unknown[]>>;
  readonly final: boolean;
}

/** A window's rows, or where they are. */
type Found = { readonly window: Window; readonly panes: Map<string, unknown[]> } | 'final' | 'none';

/**
 * All keys of one window, sorted, a page at a time. Later pages read the same window as the first.
 *
 * @throws MillraceError `argument` if there is no such view, or none of its windows starts at that instant
 */
export async function readWindowRows(reader: Reader, query: WindowQuery): Promise<RowsPage<NonNullable<WindowQuery['after']>>> {
  return readView(reader, query, (reading, view) => windowRows(reading, view, query));
}

async function windowRows(
  reading: Reading,
  view: ViewPlan,
  query: Omit<WindowQuery, 'view' | 'asOf'>,
): Promise<Pick<RowsPage<NonNullable<WindowQuery['after']>>, 'rows' | 'next'>> {
  const wanted = query.after?.window ?? query.window;
  if (typeof wanted === 'object' && !query.after) checkStart(view, wanted.start);
  const one = await panesOfWindow(reading, view, wanted);
  // One more row than requested shows whether more follow.
  const rows = one ? await leastRows(view, one, query, query.limit + 1) : [];
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ key, pane }) => rowOf(view, key, one?.window as Window, pane, one?.final as boolean)),
    next:
      last && rows.length > page.length
        ? { window: one?.window as Window, values: query.orderBy.map(({ column }) => last.row[column]), key: last.key }
        : undefined,
  };
}

/** The panes of one window, in no order; `undefined` when there is no such window. */
async function panesOfWindow(reading: Reading, view: ViewPlan, wanted: WindowQuery['window']): Promise<Panes | undefined> {
  const snapshot = await reading.snapshot(view);
  const found = livePanes(view, snapshot, wanted, reading.reader.runtime.clock.now());
  if (typeof found === 'object') return { window: found.window, parts: [found.panes], final: false };
  return fromPages(reading, view, wanted, found, snapshot.through);
}

/**
 * Checks that a window of the view starts at an instant.
 *
 * @throws MillraceError `argument` naming the starts before and after it
 */
export function checkStart(view: ViewPlan, start: number): void {
  // An unaligned window can start at any time.
  if (hasKeyWindows(view)) return;
  const { window } = timed(view);
  if (window.kind === 'global') {
    throw new MillraceError('argument', `view "${view.name}" has a global window: request the latest window`);
  }
  const { before, after } = startsAround(window, start);
  if (before === start) return;
  throw new MillraceError(
    'argument',
    `no window of view "${view.name}" starts at ${formatInstant(start)}: the nearest ones start at ${formatInstant(before)} and ${formatInstant(after)}`,
  );
}

function livePanes(view: ViewPlan, snapshot: Snapshot, wanted: WindowQuery['window'], now: number): Found {
  if (wanted === 'latest_final') return 'final';
  const open = windowsNotFinal(view, snapshot).reverse();
  // Producers whose clocks run ahead fill windows that have not started: these are not the latest. Of windows with the same start, the shortest
  // one that has not ended is the current one.
  const found =
    view.window.kind === 'global'
      ? open[0]
      : wanted === 'latest'
        ? latestOf(open, now)
        : open.find(({ window }) => isWanted(window, wanted));
  if (found) return { window: found.window, panes: found.panes() };
  return wanted === 'latest' || mayBeFinal(view, wanted, snapshot.through) ? 'final' : 'none';
}

/** @param open newest first */
function latestOf(open: readonly OpenWindow[], now: number): OpenWindow | undefined {
  const begun = open.find(({ window }) => window.start <= now);
  return begun && (open.findLast(({ window }) => window.start === begun.window.start && window.end > now) ?? begun);
}

function isWanted(window: Window, wanted: WantedWindow): boolean {
  return window.start === wanted.start && (wanted.end === undefined || window.end === wanted.end);
}

/** Whether a window that is in no task's state may have been written. */
function mayBeFinal(view: ViewPlan, { start, end }: WantedWindow, through: number): boolean {
  return (end ?? start + windowLengths(view.window).shortest) + view.allowedLateness <= through;
}

async function fromPages(
  reading: Reading,
  view: ViewPlan,
  wanted: WindowQuery['window'],
  found: 'final' | 'none',
  through: number,
): Promise<Panes | undefined> {
  if (found === 'none') return undefined;
  const range =
    typeof wanted === 'object'
      ? { from: wanted.start, to: wanted.start + 1 }
      : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  if (hasKeyWindows(view)) {
    const limit = typeof wanted === 'object' ? Number.POSITIVE_INFINITY : 1;
    const windows = await finalWindowsOfAll(reading, view, { ...range, order: 'desc', limit, through });
    const found = typeof wanted === 'object' ? windows.find(({ window }) => isWanted(window, wanted)) : windows[0];
    return found && { window: found.window, parts: [new Map(found.panes.map(({ key, pane }) => [key, pane]))], final: true };
  }
  const limit = typeof wanted === 'object' && wanted.end !== undefined ? Number.POSITIVE_INFINITY : 1;
  const windows = await finalWindows(reading, view, { ...range, order: 'desc', limit, through });
  const window = typeof wanted === 'object' ? windows.find((one) => isWanted(one, wanted)) : windows[0];
  if (!window) return undefined;
  const { start, end } = window;
  return { window: { start, end }, parts: panesByPage(reading, view, window), final: true };
}

/** The first rows of a window, sorted; for the others, only the sort values are computed. */
async function leastRows(
  view: ViewPlan,
  { window, parts }: Panes,
  query: Omit<WindowQuery, 'view' | 'asOf'>,
  limit: number,
): Promise<(Place & { readonly pane: readonly unknown[] })[]> {
  const compare = comparator(query);
  const least = new Least<Place & { readonly pane: readonly unknown[] }>(compare, limit);
  const after = query.after && placeOf(query, query.after.key, query.after.values);
  const columns = query.orderBy.map(({ column }) => column);
  for await (const part of parts) {
    for (const [key, pane] of part) {
      const place = placeOf(query, key, columns.length === 0 ? [] : resultValues(view, key, window, pane, columns));
      if (!after || compare(place, after) > 0) least.add({ ...place, pane });
    }
  }
  return least.sorted();
}

function placeOf({ orderBy }: Pick<WindowQuery, 'orderBy'>, key: string, values: readonly unknown[]): Place {
  const row = Object.create(null) as Row;
  orderBy.forEach(({ column }, i) => {
    row[column as keyof Row] = values[i] as never;
  });
  return { key, row };
}

/** Ties go by key. */
function comparator(query: Pick<WindowQuery, 'orderBy'>): (a: Place, b: Place) => number {
  const compare = compareRows(byColumns(query.orderBy));
  return (a, b) => compare(a.row, b.row) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
