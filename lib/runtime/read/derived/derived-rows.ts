import { formatInstant, type Instant } from '../../../core/instant.ts';
import type { Window } from '../../../core/window.ts';
import type { DerivedViewPlan } from '../../../plan/relation.ts';
import { byColumns, comparator } from '../../../query/order.ts';
import { UnitMeter } from '../../units.ts';
import type { AsOf, ResultRow, WindowInfo } from '../query.ts';
import type { Reader } from '../reader.ts';
import { type DerivedWindow, derivedWindows, type WindowsRange } from './derived-windows.ts';
import type { RelationRow } from './relation-rows.ts';
import { Seen } from './seen.ts';

/** Windows evaluated for one page; one that finds few rows in them goes on in the next. */
const WINDOWS_PER_PAGE = 2000;

/** A place in a derived view's rows: a window, and how many of its rows are behind. */
export interface DerivedAfter {
  readonly window: Window | undefined;
  readonly skip: number;
}

/** Rows of a derived view, window by window. */
export interface DerivedRowsQuery {
  /** only rows with these values of the view's key, in the order of its key columns; default: of every key */
  readonly key?: readonly unknown[] | undefined;
  /** windows that start in `[from, to)` */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after?: DerivedAfter | undefined;
  readonly asOf?: ReadonlyMap<string, AsOf> | undefined;
}

/** Rows of one window of a derived view. */
export interface DerivedWindowQuery {
  /** a view without windows has one, which is always the latest */
  readonly window: 'latest' | 'latest_final' | { readonly start: Instant; readonly end: Instant | undefined };
  readonly orderBy: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limit: number;
  readonly after?: DerivedAfter | undefined;
  readonly asOf?: ReadonlyMap<string, AsOf> | undefined;
}

/** What was found, and where to go on. */
export interface DerivedPage<T> {
  readonly rows: readonly T[];
  readonly next: DerivedAfter | undefined;
  readonly asOf: ReadonlyMap<string, AsOf>;
  readonly watermark: Instant;
  readonly units: UnitMeter;
}

/**
 * A derived view's rows window by window, of one key or of all.
 *
 * @throws MillraceError `argument` when too much would have to be read
 */
export async function readDerivedRows(reader: Reader, view: DerivedViewPlan, query: DerivedRowsQuery): Promise<DerivedPage<ResultRow>> {
  const { limit, after } = query;
  const wanted = (row: RelationRow): boolean =>
    query.key === undefined || query.key.every((value, i) => (row.row[view.key[i]?.name as string] ?? null) === value);
  const found: ResultRow[] = [];
  return page(query.asOf, async (seen, units) => {
    let looked = 0;
    // The window a page ended in comes again, for the rows of it that are left.
    for await (const { window, rows } of derivedWindows(reader, view, rangeOf(query), seen, units)) {
      const skip = after && sameWindow(window, after.window) ? after.skip : 0;
      const room = limit - found.length;
      // Newest first means within a window as well.
      const all = (query.order === 'desc' ? rows.toReversed() : rows).filter(wanted);
      found.push(...all.slice(skip, skip + room).map(resultRow));
      looked++;
      if (all.length > skip + room) return { rows: found, next: { window, skip: skip + room } };
      if (found.length >= limit || looked >= WINDOWS_PER_PAGE) return { rows: found, next: { window, skip: all.length } };
    }
    return { rows: found, next: undefined };
  });
}

/**
 * A derived view's rows of one window.
 *
 * @throws MillraceError `argument` when too much would have to be read
 */
export async function readDerivedWindowRows(
  reader: Reader,
  view: DerivedViewPlan,
  query: DerivedWindowQuery,
): Promise<DerivedPage<ResultRow>> {
  return page(query.asOf, async (seen, units) => {
    const { window, rows } = (await oneWindow(reader, view, query, seen, units)) ?? { window: undefined, rows: [] };
    const compare = comparator(byColumns(query.orderBy));
    const sorted = query.orderBy.length === 0 ? rows : rows.toSorted((a, b) => compare(a.row, b.row));
    const skip = query.after?.skip ?? 0;
    const end = skip + query.limit;
    return { rows: sorted.slice(skip, end).map(resultRow), next: end < sorted.length ? { window, skip: end } : undefined };
  });
}

/** The windows of a derived view that hold rows. */
export async function readDerivedWindows(
  reader: Reader,
  view: DerivedViewPlan,
  query: Omit<DerivedRowsQuery, 'key'>,
): Promise<DerivedPage<WindowInfo>> {
  const found: WindowInfo[] = [];
  return page(query.asOf, async (seen, units) => {
    let looked = 0;
    for await (const { window, rows } of derivedWindows(reader, view, { ...rangeOf(query), after: query.after?.window }, seen, units)) {
      if (window && rows.length > 0) found.push({ ...window, final: rows.every(({ final }) => final), keys: rows.length });
      looked++;
      if (found.length >= query.limit || looked >= WINDOWS_PER_PAGE) return { rows: found, next: { window, skip: 0 } };
    }
    return { rows: found, next: undefined };
  });
}

function rangeOf({ from, to, order, after }: Omit<DerivedRowsQuery, 'limit'>): WindowsRange {
  const range = { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY, order };
  if (!after?.window) return range;
  // Just before the window itself: nothing lies between an end and the next millisecond.
  const { start, end } = after.window;
  return { ...range, after: { start: order === 'asc' ? start - 1 : start + 1, end } };
}

async function oneWindow(
  reader: Reader,
  view: DerivedViewPlan,
  query: DerivedWindowQuery,
  seen: Seen,
  units: UnitMeter,
): Promise<DerivedWindow | undefined> {
  const asked = query.after?.window ?? query.window;
  const now = reader.runtime.clock.now();
  const range =
    typeof asked === 'object'
      ? { from: asked.start, to: asked.start + 1 }
      : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  let latest: DerivedWindow | undefined;
  for await (const found of derivedWindows(reader, view, { ...range, order: 'desc' }, seen, units)) {
    const { window, rows } = found;
    if (window === undefined) return found;
    if (typeof asked === 'object') {
      if (asked.end === undefined || asked.end === window.end) return found;
    } else if (asked === 'latest_final') {
      if (rows.some(({ final }) => final)) return found;
    } else if (latest === undefined) {
      if (window.start <= now) latest = found;
    } else {
      // Of those that begin together, the shortest that is still to end is the one that is going on.
      if (window.start !== latest.window?.start || window.end <= now) return latest;
      latest = found;
    }
  }
  return latest;
}

async function page<T>(
  asOf: ReadonlyMap<string, AsOf> | undefined,
  read: (seen: Seen, units: UnitMeter) => Promise<{ readonly rows: readonly T[]; readonly next: DerivedAfter | undefined }>,
): Promise<DerivedPage<T>> {
  const seen = new Seen(asOf);
  const units = new UnitMeter();
  const { rows, next } = await read(seen, units);
  return { rows, next, asOf: seen.all, watermark: seen.watermark, units };
}

function sameWindow(a: Window | undefined, b: Window | undefined): boolean {
  return a?.start === b?.start && a?.end === b?.end;
}

function resultRow({ row, window, final }: RelationRow): ResultRow {
  const times = window ? { window_start: formatInstant(window.start), window_end: formatInstant(window.end) } : {};
  return { ...times, ...row, final };
}
