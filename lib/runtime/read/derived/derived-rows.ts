import { ERRORS } from '../../../core/column.ts';
import { formatInstant, type Instant } from '../../../core/instant.ts';
import type { Window } from '../../../core/window.ts';
import type { DerivedViewPlan, Narrowing } from '../../../plan/relation.ts';
import { type ColumnOrder, naturalOrder } from '../../../query/natural-order.ts';
import type { LeftOut } from '../../../query/row-errors.ts';
import type { UnitMeter } from '../../units.ts';
import type { ResultRow, WindowInfo } from '../query.ts';
import type { Reader } from '../reader.ts';
import { type Reading, readAtOnce, type SeenViews } from '../reading.ts';
import type { RelationRow } from '../relation/relation-rows.ts';
import { type DerivedWindow, derivedWindows, type WindowsRange } from './derived-windows.ts';
import { comparePlaces, placed, type RowPlace } from './row-place.ts';

/** Maximum number of windows evaluated for one page; a page with few rows in them continues on the next. */
const WINDOWS_PER_PAGE = 2000;

/** A position in a derived view's rows: a window, and the last row of it that was returned; none: all rows of it were. */
export interface DerivedAfter {
  readonly window: Window | undefined;
  readonly row?: RowPlace | undefined;
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
  readonly asOf?: SeenViews | undefined;
}

/** Rows of one window of a derived view. */
export interface DerivedWindowQuery {
  /** a view without windows has a single result, which is always the latest */
  readonly window: 'latest' | 'latest_final' | { readonly start: Instant; readonly end: Instant | undefined };
  readonly orderBy: ColumnOrder;
  readonly limit: number;
  readonly after?: DerivedAfter | undefined;
  readonly asOf?: SeenViews | undefined;
}

/** The rows found, and where to continue. */
export interface DerivedPage<T> {
  readonly rows: readonly T[];
  readonly next: DerivedAfter | undefined;
  /** rows left out of what was computed for it, because a condition or a key of them cannot be */
  readonly leftOut: LeftOut | undefined;
  readonly asOf: SeenViews;
  readonly watermark: Instant;
  readonly units: UnitMeter;
}

/**
 * A derived view's rows of one key or all keys, by window; within a window by rank, if there is one, and then by key.
 *
 * @throws MillraceError `limit` when too much would have to be read or computed at once
 */
export async function readDerivedRows(reader: Reader, view: DerivedViewPlan, query: DerivedRowsQuery): Promise<DerivedPage<ResultRow>> {
  const { limit, after, key, order } = query;
  const wanted = (row: RelationRow): boolean =>
    key === undefined || key.every((value, i) => (row.row[view.key[i]?.name as string] ?? null) === value);
  // A key has one row per window.
  const ahead = key === undefined ? 1 : limit;
  const range = { ...rangeOf(query), ahead, equals: equalsOf(view, key) };
  const orderBy = naturalOrder(view.relation);
  const compare = comparePlaces(orderBy);
  const sign = order === 'asc' ? 1 : -1;
  return page(reader, query.asOf, async (reading) => {
    const found: ResultRow[] = [];
    let looked = 0;
    for await (const { window, rows } of derivedWindows(reading, view.relation, range)) {
      const all = placed(view, rows.filter(wanted), orderBy);
      const begun = after && sameWindow(window, after.window) ? after : undefined;
      // The window in which a page ended is read again for its remaining rows.
      const left = begun ? all.filter(({ place }) => begun.row !== undefined && sign * compare(place, begun.row) > 0) : all;
      // Newest first also applies within a window.
      const some = (order === 'asc' ? left : left.toReversed()).slice(0, limit - found.length);
      found.push(...some.map(({ row }) => resultRow(row)));
      looked++;
      if (some.length < left.length) return { rows: found, next: { window, row: some.at(-1)?.place ?? begun?.row } };
      if (found.length >= limit || looked >= WINDOWS_PER_PAGE) return { rows: found, next: { window } };
    }
    return { rows: found, next: undefined };
  });
}

/**
 * A derived view's rows of one window, by the requested order, else by rank if there is one; ties are ordered by key.
 *
 * @throws MillraceError `limit` when too much would have to be read or computed at once
 */
export async function readDerivedWindowRows(
  reader: Reader,
  view: DerivedViewPlan,
  query: DerivedWindowQuery,
): Promise<DerivedPage<ResultRow>> {
  const { limit, after } = query;
  const orderBy = query.orderBy.length > 0 ? query.orderBy : naturalOrder(view.relation);
  return page(reader, query.asOf, async (reading) => {
    const { window, rows } = (await oneWindow(reading, view, query)) ?? { window: undefined, rows: [] };
    const compare = comparePlaces(orderBy);
    const last = after?.row;
    const left = placed(view, rows, orderBy).filter(({ place }) => last === undefined || compare(place, last) > 0);
    const some = left.slice(0, limit);
    const next = some.length < left.length ? { window, row: some.at(-1)?.place } : undefined;
    return { rows: some.map(({ row }) => resultRow(row)), next };
  });
}

/** The windows of a derived view that hold rows. */
export async function readDerivedWindows(
  reader: Reader,
  view: DerivedViewPlan,
  query: Omit<DerivedRowsQuery, 'key'>,
): Promise<DerivedPage<WindowInfo>> {
  const range = { ...rangeOf(query), after: query.after?.window, ahead: query.limit, equals: NONE };
  return page(reader, query.asOf, async (reading) => {
    const found: WindowInfo[] = [];
    let looked = 0;
    for await (const { window, rows } of derivedWindows(reading, view.relation, range)) {
      if (window && rows.length > 0) found.push({ ...window, final: rows.every(({ final }) => final), keys: rows.length });
      looked++;
      if (found.length >= query.limit || looked >= WINDOWS_PER_PAGE) return { rows: found, next: { window } };
    }
    return { rows: found, next: undefined };
  });
}

const NONE: Narrowing['equals'] = new Map();

/** A key as the values that its columns must have. */
function equalsOf(view: DerivedViewPlan, key: readonly unknown[] | undefined): Narrowing['equals'] {
  return key === undefined ? NONE : new Map(view.key.map(({ name }, i) => [name, [key[i]]]));
}

function rangeOf({ from, to, order, after }: Omit<DerivedRowsQuery, 'limit'>): Omit<WindowsRange, 'ahead' | 'equals'> {
  const range = { from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY, order };
  if (!after?.window) return range;
  if (after.row === undefined) return { ...range, after: after.window };
  // Just before the window itself: nothing lies between an end and the next millisecond.
  const { start, end } = after.window;
  return { ...range, after: { start: order === 'asc' ? start - 1 : start + 1, end } };
}

async function oneWindow(reading: Reading, view: DerivedViewPlan, query: DerivedWindowQuery): Promise<DerivedWindow | undefined> {
  const asked = query.after?.window ?? query.window;
  const now = reading.reader.runtime.clock.now();
  const range =
    typeof asked === 'object'
      ? { from: asked.start, to: asked.start + 1 }
      : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  let latest: DerivedWindow | undefined;
  for await (const found of derivedWindows(reading, view.relation, { ...range, order: 'desc', ahead: 2, equals: NONE })) {
    const { window, rows } = found;
    if (window === undefined) return found;
    if (typeof asked === 'object') {
      if (asked.end === undefined || asked.end === window.end) return found;
    } else if (asked === 'latest_final') {
      if (rows.some(({ final }) => final)) return found;
    } else if (latest === undefined) {
      if (window.start <= now) latest = found;
    } else {
      // Of windows with the same start, the shortest one that has not ended is the current one.
      if (window.start !== latest.window?.start || window.end <= now) return latest;
      latest = found;
    }
  }
  return latest;
}

async function page<T>(
  reader: Reader,
  asOf: SeenViews | undefined,
  read: (reading: Reading) => Promise<Pick<DerivedPage<T>, 'rows' | 'next'>>,
): Promise<DerivedPage<T>> {
  return readAtOnce(reader, asOf ?? new Map(), async (reading) => {
    const { rows, next } = await read(reading);
    return { rows, next, leftOut: reading.leftOut, asOf: reading.seen, watermark: reading.watermark, units: reading.units };
  });
}

function sameWindow(a: Window | undefined, b: Window | undefined): boolean {
  return a?.start === b?.start && a?.end === b?.end;
}

function resultRow({ row, window, final, errors }: RelationRow): ResultRow {
  const times = window ? { window_start: formatInstant(window.start), window_end: formatInstant(window.end) } : {};
  return { ...times, ...row, final, ...(errors && { [ERRORS]: errors }) };
}
