import { formatInstant, type Instant } from '../core/instant.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { LeftOut } from '../query/row-errors.ts';
import { readKeyRows } from '../runtime/read/key-rows.ts';
import type { AsOf, KeptAfter, KeptPage, KeyQuery, WindowInfo, WindowQuery } from '../runtime/read/query.ts';
import type { Reader } from '../runtime/read/reader.ts';
import { readWindowRows } from '../runtime/read/window-rows.ts';
import { readWindows } from '../runtime/read/windows.ts';
import type { UnitMeter } from '../runtime/units.ts';
import { formatAsOf, parseAsOf } from './as-of.ts';
import { type Cursor, formatCursor, parseCursor } from './cursor.ts';
import { isKeptPlace, isPlaceInWindow, isWindow } from './cursor-places.ts';
import { instantOrNull } from './describe.ts';
import { keptEventBody } from './kept-event.ts';
import type { Parameters } from './parameters.ts';
import { parseRowsQuery } from './rows-query.ts';
import { parseBound } from './time.ts';
import { parseOrder } from './values.ts';

/** A requested page. */
export interface PageRequest {
  readonly path: string;
  readonly parameters: Parameters;
  readonly limit: number;
}

/** A page of results, and its cost. */
export interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly units: UnitMeter;
}

/** Rows of a view: all windows of a key, or all keys of a window. */
export async function answerRows(reader: Reader, view: ViewPlan, request: PageRequest): Promise<Answer> {
  const { path, parameters, limit } = request;
  const inWindow = parameters.has('window');
  const cursor = inWindow ? parseCursor(path, parameters, isPlaceInWindow) : parseCursor(path, parameters, isWindow);
  const now = cursor?.now ?? reader.runtime.clock.now();
  const query = parseRowsQuery(view, parameters, now);
  const asked = { limit, asOf: asOfOf(view, parameters, cursor) };
  const found =
    query.form === 'key'
      ? await readKeyRows(reader, { ...query, ...asked, after: cursor?.after as KeyQuery['after'] })
      : await readWindowRows(reader, { ...query, ...asked, after: cursor?.after as WindowQuery['after'] });
  return { body: pageBody(view, request, now, found.rows, found), units: found.units };
}

/** The windows of a view that hold rows. */
export async function answerWindows(reader: Reader, view: ViewPlan, request: PageRequest): Promise<Answer> {
  const { path, parameters, limit } = request;
  const cursor = parseCursor(path, parameters, isWindow);
  const now = cursor?.now ?? reader.runtime.clock.now();
  const found = await readWindows(reader, {
    view: view.name,
    from: parameters.read('from', (name, text) => parseBound(name, text, now)),
    to: parameters.read('to', (name, text) => parseBound(name, text, now)),
    order: parameters.read('order', parseOrder) ?? 'asc',
    limit,
    after: cursor?.after,
    asOf: asOfOf(view, parameters, cursor),
  });
  return { body: pageBody(view, request, now, found.windows.map(windowBody), found), units: found.units };
}

/**
 * Late events or dead letters, as `read` finds them.
 *
 * @param partitionKey the column whose value is shown as the partition key
 */
export async function answerKept(
  reader: Reader,
  { path, parameters, limit }: PageRequest,
  read: (query: { readonly limit: number; readonly after: KeptAfter | undefined }) => Promise<KeptPage>,
  partitionKey?: string,
): Promise<Answer> {
  const { events, next, units } = await read({ limit, after: parseCursor(path, parameters, isKeptPlace)?.after });
  const cursor = next && formatCursor(path, parameters, { after: next, now: reader.runtime.clock.now() });
  return { body: { rows: events.map((event) => keptEventBody(event, partitionKey)), next: cursor ?? null }, units };
}

function pageBody(
  view: ViewPlan,
  request: PageRequest,
  now: number,
  rows: readonly unknown[],
  found: { readonly next: unknown; readonly asOf: AsOf; readonly watermark: number },
): Record<string, unknown> {
  return resultsBody(request, now, rows, { ...found, asOf: formatAsOf(view.name, found.asOf) });
}

/** A page of results as it is sent. */
export function resultsBody(
  { path, parameters }: PageRequest,
  now: Instant,
  rows: readonly unknown[],
  {
    next,
    asOf,
    watermark,
    leftOut,
  }: { readonly next: unknown; readonly asOf: string; readonly watermark: Instant; readonly leftOut?: LeftOut | undefined },
): Record<string, unknown> {
  return {
    rows,
    next: next === undefined ? null : formatCursor(path, parameters, { after: next, now, asOf }),
    as_of: asOf,
    watermark: instantOrNull(watermark),
    ...(leftOut && { left_out_rows: leftOut }),
  };
}

/** A window as it is sent. */
export function windowBody({ start, end, final, keys }: WindowInfo): Record<string, unknown> {
  return { window_start: formatInstant(start), window_end: formatInstant(end), final, keys };
}

/** What the client has seen: from its `as_of`, or else from the previous page. */
function asOfOf(view: ViewPlan, parameters: Parameters, cursor: Cursor<unknown> | undefined): AsOf | undefined {
  const parse = (name: string, text: string) => parseAsOf(name, text, [view.name], view.name).get(view.name);
  return parameters.read('as_of', parse) ?? (cursor?.asOf === undefined ? undefined : parse('cursor', cursor.asOf));
}
